import type { Text } from './types.ts'

/** What another program may say, why, and what helps. */
export interface DoctorText {
  readonly message: Text
  readonly advice: Text
}

const ASK_SENDER: Text = {
  en: 'Do not rely on the file; ask the sender for the file as it was signed.',
  vi: 'Không tin dùng tệp; hãy yêu cầu bên gửi cung cấp đúng tệp như khi ký.',
}
const SIGN_AGAIN: Text = {
  en: 'Nothing can be repaired in a signed file: ask the signer to sign again with software that follows the standard.',
  vi: 'Không thể sửa tệp đã ký: hãy yêu cầu người ký ký lại bằng phần mềm tuân thủ tiêu chuẩn.',
}
const MAKE_ANEW: Text = {
  en: 'For the next document: export the PDF anew, without this peculiarity, before the first signature. After signing nothing may be repaired.',
  vi: 'Với tài liệu sau: xuất lại PDF không còn đặc điểm này trước khi ký lần đầu. Sau khi ký thì không được sửa.',
}
const NOTHING: Text = { en: 'Nothing needs to be done.', vi: 'Không cần làm gì.' }

/** One entry per code of a diagnosis. */
export const DOCTOR_TEXTS: Readonly<Record<string, DoctorText>> = {
  NOT_READABLE: {
    message: {
      en: 'The file cannot be read strictly. Viewers repair it, each in its own way, and may show something without saying so.',
      vi: 'Không đọc được tệp theo đúng quy định. Các phần mềm tự sửa theo cách riêng và có thể hiển thị nội dung mà không báo.',
    },
    advice: { en: 'Ask the sender for the file again.', vi: 'Hãy yêu cầu bên gửi gửi lại tệp.' },
  },
  ROOT_NOT_IN_VIEWERS: {
    message: {
      en: 'Viewers trust other authorities than you do. Acrobat says "validity unknown" unless "{anchor}" is on Adobe\'s list (AATL, EUTL) or added by hand; pdfsig says "issuer unknown".',
      vi: 'Phần mềm đọc tin cậy các tổ chức khác với danh sách của bạn. Acrobat báo "validity unknown" nếu "{anchor}" không có trong danh sách của Adobe (AATL, EUTL) hoặc chưa được thêm thủ công; pdfsig báo "issuer unknown".',
    },
    advice: {
      en: 'Add the root certificate of the authority to the trusted certificates of the viewer, for "certified documents" and "signatures", after comparing its SHA-256 with what the authority publishes.',
      vi: 'Thêm chứng thư gốc của tổ chức vào danh sách tin cậy của phần mềm đọc (cho chữ ký và tài liệu được chứng nhận), sau khi đối chiếu SHA-256 với giá trị tổ chức công bố.',
    },
  },
  ISSUER_UNKNOWN: {
    message: {
      en: 'The authority "{issuer}" is not trusted here either, so no viewer can tell who signed unless it trusts that authority.',
      vi: 'Tổ chức "{issuer}" cũng chưa được tin cậy ở đây, nên phần mềm đọc chỉ xác định được người ký nếu tin cậy tổ chức này.',
    },
    advice: {
      en: 'Get the root certificate from the authority itself, compare its SHA-256, and check again with --trust.',
      vi: 'Lấy chứng thư gốc từ chính tổ chức đó, đối chiếu SHA-256 rồi kiểm tra lại với --trust.',
    },
  },
  NO_REVOCATION_INSIDE: {
    message: {
      en: 'The file holds no complete revocation data for this signature. Viewers must ask the authority over the network; without it, or when the certificate has expired, they say "unknown".',
      vi: 'Tệp không chứa đủ dữ liệu thu hồi cho chữ ký này. Phần mềm đọc phải hỏi tổ chức chứng thực qua mạng; nếu không có mạng hoặc chứng thư đã hết hạn thì báo "không xác định".',
    },
    advice: {
      en: 'Add the data while the certificate is valid: countersign extend --to B-LT.',
      vi: 'Bổ sung dữ liệu khi chứng thư còn hiệu lực: countersign extend --to B-LT.',
    },
  },
  NO_TIMESTAMP: {
    message: {
      en: "No time stamp proves when it was signed. Viewers show the time of the signer's own clock, and call the signature invalid or unknown once the certificate has expired ({until}).",
      vi: 'Không có dấu thời gian chứng minh thời điểm ký. Phần mềm đọc chỉ hiện giờ trên máy người ký, và sẽ báo không hợp lệ hoặc không xác định khi chứng thư hết hạn ({until}).',
    },
    advice: {
      en: 'Sign with a time stamp (--level B-T), or add one now: countersign extend --to B-LTA.',
      vi: 'Ký kèm dấu thời gian (--level B-T), hoặc bổ sung ngay: countersign extend --to B-LTA.',
    },
  },
  CERTIFICATE_EXPIRED: {
    message: {
      en: 'The certificate expired on {until}. Viewers that take the present time call the signature invalid or unknown.',
      vi: 'Chứng thư đã hết hạn ngày {until}. Phần mềm đọc lấy thời điểm hiện tại sẽ báo không hợp lệ hoặc không xác định.',
    },
    advice: {
      en: 'Where a time stamp proves an earlier time, set the viewer to verify at the time of signing; otherwise ask for a new signature.',
      vi: 'Nếu có dấu thời gian chứng minh thời điểm sớm hơn, hãy đặt phần mềm đọc kiểm tra theo thời điểm ký; nếu không, hãy yêu cầu ký lại.',
    },
  },
  CERTIFICATE_REVOKED: {
    message: {
      en: 'The certificate was revoked. Viewers that ask the authority call the signature invalid; those that do not, or are offline, may call it valid.',
      vi: 'Chứng thư đã bị thu hồi. Phần mềm đọc có hỏi tổ chức chứng thực sẽ báo không hợp lệ; phần mềm không hỏi hoặc không có mạng có thể vẫn báo hợp lệ.',
    },
    advice: {
      en: 'Rely on the stricter answer; ask for a new signature.',
      vi: 'Theo kết quả chặt hơn; hãy yêu cầu ký lại.',
    },
  },
  ALGORITHM_NEW: {
    message: {
      en: 'The algorithm {algorithm} is newer than many viewers: they say that the signature cannot be verified, or is invalid.',
      vi: 'Thuật toán {algorithm} mới hơn nhiều phần mềm đọc: các phần mềm này báo không kiểm tra được hoặc không hợp lệ.',
    },
    advice: {
      en: 'Use a newer viewer, or sign with RSA or ECDSA (P-256) and SHA-256 for recipients with older ones.',
      vi: 'Dùng phần mềm đọc mới hơn, hoặc ký bằng RSA hay ECDSA (P-256) với SHA-256 cho người nhận dùng phần mềm cũ.',
    },
  },
  ALGORITHM_OLD: {
    message: {
      en: 'The algorithm {algorithm} is no longer considered safe. Some viewers refuse it, others still say "valid".',
      vi: 'Thuật toán {algorithm} không còn được coi là an toàn. Một số phần mềm từ chối, số khác vẫn báo hợp lệ.',
    },
    advice: { en: 'Ask for a new signature with SHA-256 or better.', vi: 'Hãy yêu cầu ký lại với SHA-256 trở lên.' },
  },
  SUBFILTER_OLD: {
    message: {
      en: 'The signature format {subFilter} was withdrawn; newer viewers may not check it at all.',
      vi: 'Định dạng chữ ký {subFilter} đã bị loại bỏ; phần mềm đọc mới có thể không kiểm tra.',
    },
    advice: SIGN_AGAIN,
  },
  SUBFILTER_UNKNOWN: {
    message: {
      en: 'The signature is of a kind ({subFilter}) that needs software of its own; other viewers cannot check it.',
      vi: 'Chữ ký thuộc loại ({subFilter}) cần phần mềm riêng; phần mềm đọc khác không kiểm tra được.',
    },
    advice: SIGN_AGAIN,
  },
  DOCUMENT_TIMESTAMP: {
    message: {
      en: 'One of the signatures is a time stamp of the document. Some viewers list it as a signature of a person or as unsupported.',
      vi: 'Một trong các chữ ký là dấu thời gian của tài liệu. Một số phần mềm liệt kê như chữ ký của người, hoặc báo chưa hỗ trợ.',
    },
    advice: NOTHING,
  },
  CERTIFIED_THEN_EVIDENCE: {
    message: {
      en: 'The document was certified with "no changes allowed", and data for long-term checking was added later. ISO 32000-2 allows that; Acrobat may call the certification invalid.',
      vi: 'Tài liệu được chứng nhận "không cho phép thay đổi", sau đó có bổ sung dữ liệu kiểm tra lâu dài. ISO 32000-2 cho phép; Acrobat có thể báo chứng nhận không hợp lệ.',
    },
    advice: {
      en: 'For the next document: certify with "form filling and signing allowed" (--certify 2), or add the data before certifying.',
      vi: 'Với tài liệu sau: chứng nhận mức cho phép điền biểu mẫu và ký (--certify 2), hoặc bổ sung dữ liệu trước khi chứng nhận.',
    },
  },
  CHANGED_AFTERWARDS: {
    message: {
      en: 'Something was added after this signature, in a way its signer allows. Viewers say "the document has been updated since" or "covers only part", and offer the signed version.',
      vi: 'Sau chữ ký này có bổ sung theo cách người ký cho phép. Phần mềm đọc báo tài liệu đã được cập nhật từ khi ký hoặc chữ ký chỉ bao phủ một phần, và cho xem bản đã ký.',
    },
    advice: {
      en: 'Compare the additions listed in the report of verify with what you expect.',
      vi: 'Đối chiếu các bổ sung trong báo cáo của lệnh verify với điều bạn chờ đợi.',
    },
  },
  CHANGED_AGAINST_RULES: {
    message: {
      en: 'The document was changed after this signature in a way that is not allowed. Viewers that look only at the signed bytes (pdfsig, many others) still say "valid".',
      vi: 'Tài liệu đã bị thay đổi trái phép sau chữ ký này. Phần mềm chỉ xét phần byte đã ký (pdfsig và nhiều phần mềm khác) vẫn báo hợp lệ.',
    },
    advice: ASK_SENDER,
  },
  REWRITTEN: {
    message: {
      en: 'The bytes under the signature are not those that were signed. Often a program saved the file anew after signing (printing to PDF, optimising, a mail gateway, a document store); it can also be a forgery. Every viewer says "invalid".',
      vi: 'Các byte dưới chữ ký không phải là các byte đã ký. Thường do một chương trình lưu lại tệp sau khi ký (in ra PDF, tối ưu, cổng thư, kho tài liệu); cũng có thể là giả mạo. Mọi phần mềm đều báo không hợp lệ.',
    },
    advice: {
      en: 'Take the file from where the signer stored it, without any program in between that opens and saves it.',
      vi: 'Lấy tệp từ nơi người ký lưu, không qua chương trình nào mở và lưu lại tệp.',
    },
  },
  ESS_MISSING: {
    message: {
      en: 'The signature does not bind its certificate (ESS signing-certificate). Validators for PAdES refuse it; Acrobat does not mind.',
      vi: 'Chữ ký không gắn với chứng thư (ESS signing-certificate). Công cụ kiểm tra PAdES từ chối; Acrobat không để ý.',
    },
    advice: SIGN_AGAIN,
  },
  ENCODING: {
    message: {
      en: 'The signature data is not encoded as the standard demands ({code}). Strict programs refuse it, lenient ones accept it.',
      vi: 'Dữ liệu chữ ký không được mã hóa theo tiêu chuẩn ({code}). Chương trình chặt chẽ từ chối, chương trình dễ dãi chấp nhận.',
    },
    advice: SIGN_AGAIN,
  },
  CERTIFICATE_PURPOSE: {
    message: {
      en: 'The certificate was not issued for signing documents. Acrobat may refuse it by its key usage.',
      vi: 'Chứng thư không được cấp để ký tài liệu. Acrobat có thể từ chối theo mục đích sử dụng khóa.',
    },
    advice: {
      en: 'Ask the authority for a certificate for signing documents.',
      vi: 'Hãy đề nghị tổ chức chứng thực cấp chứng thư dùng để ký tài liệu.',
    },
  },
  INVISIBLE: {
    message: {
      en: 'The signature shows nothing on any page. People who look only at the page think that the document is not signed.',
      vi: 'Chữ ký không hiển thị trên trang nào. Người chỉ nhìn trang sẽ tưởng tài liệu chưa ký.',
    },
    advice: {
      en: 'Open the signature panel of the viewer; for the next document sign in a visible field.',
      vi: 'Mở bảng chữ ký của phần mềm đọc; với tài liệu sau hãy ký vào trường hiển thị.',
    },
  },
  BROWSERS_SHOW_NOTHING: {
    message: {
      en: 'Browsers (Chrome, Edge, Firefox, Safari) show the page but do not check signatures.',
      vi: 'Trình duyệt (Chrome, Edge, Firefox, Safari) hiển thị trang nhưng không kiểm tra chữ ký.',
    },
    advice: {
      en: 'Check with verify, or with the verification page of the agency.',
      vi: 'Hãy kiểm tra bằng lệnh verify, hoặc trang kiểm tra của cơ quan.',
    },
  },
  EMPTY_FIELDS: {
    message: {
      en: 'The field "{field}" waits for a signature: viewers show a "sign here" tag that may pass for a signature.',
      vi: 'Trường "{field}" đang chờ chữ ký: phần mềm đọc hiện nhãn "ký tại đây", dễ bị nhầm là chữ ký.',
    },
    advice: {
      en: 'Ask whether the missing signature is still to come.',
      vi: 'Hãy hỏi xem chữ ký còn thiếu có được ký tiếp hay không.',
    },
  },
  REMOVED_SIGNATURE: {
    message: {
      en: 'A signature in field "{field}" was removed in a later update. Viewers do not show that it was there.',
      vi: 'Chữ ký tại trường "{field}" đã bị gỡ trong lần cập nhật sau. Phần mềm đọc không cho biết đã từng có.',
    },
    advice: ASK_SENDER,
  },
  NEED_APPEARANCES: {
    message: {
      en: 'The document asks viewers to draw its fields anew (NeedAppearances). Acrobat then changes the file on opening, asks to save it, and may say that the signature is broken.',
      vi: 'Tài liệu yêu cầu phần mềm đọc vẽ lại các trường (NeedAppearances). Khi đó Acrobat thay đổi tệp khi mở, hỏi lưu lại và có thể báo chữ ký hỏng.',
    },
    advice: MAKE_ANEW,
  },
  XFA_FORM: {
    message: {
      en: 'The document holds an XFA form: most viewers show a "please wait" page instead of the content, or the content without the form.',
      vi: 'Tài liệu chứa biểu mẫu XFA: đa số phần mềm hiện trang "please wait" thay cho nội dung, hoặc nội dung không có biểu mẫu.',
    },
    advice: MAKE_ANEW,
  },
  HYBRID_FILE: {
    message: {
      en: 'The file has two tables of its objects (hybrid): old and new readers may see different documents.',
      vi: 'Tệp có hai bảng đối tượng (tệp lai): phần mềm cũ và mới có thể thấy nội dung khác nhau.',
    },
    advice: MAKE_ANEW,
  },
  READERS_DISAGREE: {
    message: {
      en: 'The file has faults that readers repair in different ways ({code}): one viewer may show another document than the next.',
      vi: 'Tệp có lỗi mà mỗi phần mềm sửa một cách ({code}): các phần mềm có thể hiển thị khác nhau.',
    },
    advice: {
      en: 'Do not rely on what one viewer shows; ask the sender for a sound file.',
      vi: 'Không tin vào hiển thị của một phần mềm; hãy yêu cầu bên gửi cung cấp tệp đúng chuẩn.',
    },
  },
  HEADER_MOVED: {
    message: {
      en: 'The file does not begin with "%PDF": {bytes} bytes stand in front. Some viewers refuse it, others count all places differently.',
      vi: 'Tệp không bắt đầu bằng "%PDF": có {bytes} byte phía trước. Một số phần mềm từ chối, số khác tính vị trí khác đi.',
    },
    advice: MAKE_ANEW,
  },
  ENCRYPTED: {
    message: {
      en: 'The file is encrypted: without its password viewers show neither pages nor signatures.',
      vi: 'Tệp được mã hóa: không có mật khẩu thì phần mềm đọc không hiện trang lẫn chữ ký.',
    },
    advice: { en: 'Open it with the password.', vi: 'Mở tệp với mật khẩu.' },
  },
  SIGFLAGS_MISSING: {
    message: {
      en: 'The form does not say that it holds signatures (SigFlags). Viewers may save the file anew instead of appending, which breaks every signature.',
      vi: 'Biểu mẫu không khai báo có chữ ký (SigFlags). Phần mềm đọc có thể lưu lại toàn bộ tệp thay vì ghi nối, làm hỏng mọi chữ ký.',
    },
    advice: {
      en: 'Do not save the file from a viewer; keep the original.',
      vi: 'Không lưu lại tệp từ phần mềm đọc; hãy giữ bản gốc.',
    },
  },
  FONTS_MISSING: {
    message: {
      en: 'The font {font} is not embedded: viewers take another one, and the page looks different from what the signer saw.',
      vi: 'Phông chữ {font} không được nhúng: phần mềm thay bằng phông khác nên trang có thể khác với lúc ký.',
    },
    advice: MAKE_ANEW,
  },
  ACTIVE_CONTENT: {
    message: {
      en: 'The document holds active content ({kind}). Viewers may change what is shown, ask before opening, or refuse to sign it.',
      vi: 'Tài liệu có nội dung động ({kind}). Phần mềm đọc có thể thay đổi nội dung hiển thị, hỏi trước khi mở hoặc từ chối ký.',
    },
    advice: MAKE_ANEW,
  },
  NOTHING_FOUND: {
    message: {
      en: 'Nothing was found that makes other viewers disagree.',
      vi: 'Không thấy điều gì khiến phần mềm đọc khác có kết quả khác.',
    },
    advice: NOTHING,
  },
}
