import type { Language } from '@countersign/core'

/** What `countersign trust` says; labels are padded to one column. */
export interface TrustWords {
  readonly none: string
  readonly profiles: string
  readonly purposes: string
  readonly provenance: string
  readonly from: string
  readonly until: string
  readonly pathLength: string
  readonly permitted: string
  readonly excluded: string
  readonly file: string
  readonly validity: string
  readonly confirm: string
  readonly added: string
  readonly removed: string
}

export const TRUST_WORDS: Readonly<Record<Language, TrustWords>> = {
  en: {
    none: 'Nobody is trusted: the profile holds no anchor.',
    profiles: 'profiles     ',
    purposes: 'purposes     ',
    provenance: 'provenance   ',
    from: 'from         ',
    until: 'until        ',
    pathLength: 'path length  ',
    permitted: 'permitted    ',
    excluded: 'excluded     ',
    file: 'file         ',
    validity: 'validity     ',
    confirm: 'compare the SHA-256 with its publisher, then give it as --sha256 (or --yes to trust it unseen)',
    added: 'Added.',
    removed: 'Removed.',
  },
  vi: {
    none: 'Chưa tin cậy ai: hồ sơ không có chứng thư số gốc nào.',
    profiles: 'hồ sơ        ',
    purposes: 'mục đích     ',
    provenance: 'nguồn gốc    ',
    from: 'từ ngày      ',
    until: 'đến ngày     ',
    pathLength: 'số CA dưới   ',
    permitted: 'cho phép     ',
    excluded: 'loại trừ     ',
    file: 'tệp          ',
    validity: 'hiệu lực     ',
    confirm: 'hãy đối chiếu SHA-256 với nơi công bố rồi ghi vào --sha256 (hoặc --yes để tin cậy mà không đối chiếu)',
    added: 'Đã thêm.',
    removed: 'Đã gỡ bỏ.',
  },
}
