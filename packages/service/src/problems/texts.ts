/** Status and texts of every problem the service answers with (ERR-01, ERR-04). Codes are stable API. */
export interface ProblemText {
  readonly status: number
  readonly retryable?: true
  readonly en: string
  readonly vi: string
}

export const PROBLEMS = {
  'request.malformed': {
    status: 400,
    en: 'The request cannot be read.',
    vi: 'Không đọc được yêu cầu.',
  },
  'request.invalid': {
    status: 422,
    en: 'The request has missing, unknown or wrong values; "errors" names them.',
    vi: 'Yêu cầu thiếu giá trị, có giá trị lạ hoặc sai; xem "errors".',
  },
  'request.tooLarge': {
    status: 413,
    en: 'The body is larger than allowed.',
    vi: 'Nội dung gửi lên vượt quá dung lượng cho phép.',
  },
  'mediaType.unsupported': {
    status: 415,
    en: 'This content type is not accepted here.',
    vi: 'Kiểu nội dung này không được chấp nhận ở đây.',
  },
  'auth.missing': {
    status: 401,
    en: 'A valid API key is needed: "Authorization: Bearer cs_...".',
    vi: 'Cần có khóa API hợp lệ: "Authorization: Bearer cs_...".',
  },
  'auth.forbidden': {
    status: 403,
    en: 'This role may not do that.',
    vi: 'Vai trò này không được phép thực hiện việc đó.',
  },
  'duty.conflict': {
    status: 403,
    en: 'The same person cannot take two duties on one document.',
    vi: 'Một người không thể đảm nhận hai nhiệm vụ trên cùng một văn bản.',
  },
  'approval.invalid': {
    status: 403,
    en: 'The approval statement is not signed by an enrolled key of this person, or does not name this document.',
    vi: 'Phiếu duyệt không được ký bằng khóa đã đăng ký của người này, hoặc không nêu đúng văn bản này.',
  },
  notFound: {
    status: 404,
    en: 'There is no such thing here.',
    vi: 'Không tìm thấy.',
  },
  'state.conflict': {
    status: 409,
    en: 'The document is not in a state that allows this.',
    vi: 'Trạng thái hiện tại của văn bản không cho phép việc này.',
  },
  'hash.mismatch': {
    status: 409,
    en: 'The SHA-256 given is not that of the current file: look at the file again.',
    vi: 'SHA-256 đã gửi không phải của tệp hiện tại: hãy xem lại tệp.',
  },
  'hash.notApproved': {
    status: 409,
    en: 'These bytes are not the approved ones; the document must be approved again.',
    vi: 'Nội dung tệp không phải nội dung đã được duyệt; văn bản phải được duyệt lại.',
  },
  'officerSignature.missing': {
    status: 409,
    en: 'There is no valid signature of the competent person, so the agency does not sign.',
    vi: 'Chưa có chữ ký số hợp lệ của người có thẩm quyền nên không được ký số của cơ quan.',
  },
  'signatures.incomplete': {
    status: 409,
    en: 'A document is issued only when the signatures of both the competent person and the agency verify.',
    vi: 'Chỉ phát hành văn bản khi chữ ký số của người có thẩm quyền và của cơ quan đều hợp lệ.',
  },
  'signing.running': {
    status: 409,
    retryable: true,
    en: 'This document is being signed right now.',
    vi: 'Văn bản này đang được ký.',
  },
  'idempotency.running': {
    status: 409,
    retryable: true,
    en: 'The first request with this Idempotency-Key is still running.',
    vi: 'Yêu cầu đầu tiên với Idempotency-Key này vẫn đang được xử lý.',
  },
  'idempotency.mismatch': {
    status: 422,
    en: 'This Idempotency-Key was used for another request.',
    vi: 'Idempotency-Key này đã dùng cho một yêu cầu khác.',
  },
  'precondition.required': {
    status: 428,
    en: 'Send If-Match with the ETag you last saw.',
    vi: 'Hãy gửi If-Match kèm ETag nhận được lần cuối.',
  },
  'precondition.failed': {
    status: 412,
    en: 'The document has changed since you last saw it.',
    vi: 'Văn bản đã thay đổi kể từ lần xem cuối.',
  },
  'pdf.malformed': {
    status: 422,
    en: 'The file is not a PDF that can be read.',
    vi: 'Tệp không phải là PDF đọc được.',
  },
  'pdf.limit': {
    status: 422,
    en: 'The PDF exceeds a limit that protects the service.',
    vi: 'Tệp PDF vượt quá một giới hạn bảo vệ hệ thống.',
  },
  'pdf.notSignable': {
    status: 422,
    en: 'This PDF cannot be signed as it is; "coreCode" says why.',
    vi: 'Không thể ký tệp PDF này; xem lý do ở "coreCode".',
  },
  'certificate.malformed': {
    status: 422,
    en: 'A certificate, CRL or OCSP answer in the request cannot be read.',
    vi: 'Không đọc được chứng thư số, CRL hoặc phản hồi OCSP trong yêu cầu.',
  },
  'trust.pinMismatch': {
    status: 422,
    en: 'The certificate does not have the SHA-256 that was given: compare it with its publisher again.',
    vi: 'Chứng thư số không có mã SHA-256 đã khai: hãy đối chiếu lại với nơi công bố.',
  },
  'key.unavailable': {
    status: 503,
    retryable: true,
    en: 'No usable signing key stands ready for this person or agency.',
    vi: 'Không có khóa ký sẵn sàng cho người hoặc cơ quan này.',
  },
  'tsa.missing': {
    status: 503,
    en: 'No time-stamping authority is configured here.',
    vi: 'Hệ thống chưa được cấu hình nơi cấp dấu thời gian.',
  },
  'tsa.failed': {
    status: 502,
    retryable: true,
    en: 'No time-stamping authority gave a usable time stamp; nothing was made.',
    vi: 'Không nơi nào cấp được dấu thời gian dùng được; không có tệp nào được tạo ra.',
  },
  'level.notReached': {
    status: 502,
    retryable: true,
    en: 'The level was not reached, and nothing less was made; "errors" names the certificates that lack data.',
    vi: 'Không đạt mức được yêu cầu và không tự hạ mức; "errors" nêu các chứng thư số còn thiếu dữ liệu.',
  },
  'rate.limited': {
    status: 429,
    retryable: true,
    en: 'Too many requests; try again later.',
    vi: 'Quá nhiều yêu cầu; hãy thử lại sau.',
  },
  shutdown: {
    status: 503,
    retryable: true,
    en: 'The service is shutting down.',
    vi: 'Dịch vụ đang dừng.',
  },
  internal: {
    status: 500,
    en: 'Something went wrong on our side; name the request id when you report it.',
    vi: 'Có lỗi phía dịch vụ; hãy nêu mã yêu cầu khi báo lỗi.',
  },
} as const satisfies Readonly<Record<string, ProblemText>>

export type ProblemCode = keyof typeof PROBLEMS

export const PROBLEM_CODES = Object.keys(PROBLEMS) as readonly ProblemCode[]
