/** What a person may do. A person may hold several roles; on one document the duties keep them apart (duties.ts). */
export type Role = 'drafter' | 'content-reviewer' | 'form-reviewer' | 'officer' | 'clerk' | 'auditor' | 'admin'

export const ROLES: readonly Role[] = [
  'drafter',
  'content-reviewer',
  'form-reviewer',
  'officer',
  'clerk',
  'auditor',
  'admin',
]

/** Who asks. `person` is the stable id of a natural person inside one tenant, never a key or a session. */
export interface Actor {
  readonly person: string
  readonly roles: readonly Role[]
}

/**
 * draft (soạn thảo), submitted (trình), reviewed (đã kiểm tra nội dung và thể thức), approved (đã duyệt), signed (đã ký),
 * sealed (đã cấp số và ký số cơ quan), issued (đã phát hành), withdrawn (đã rút).
 */
export type State = 'draft' | 'submitted' | 'reviewed' | 'approved' | 'signed' | 'sealed' | 'issued' | 'withdrawn'

export const STATES: readonly State[] = [
  'draft',
  'submitted',
  'reviewed',
  'approved',
  'signed',
  'sealed',
  'issued',
  'withdrawn',
]

/** Exact bytes: their SHA-256 in lower-case hex and how many there are. */
export interface FileIdentity {
  readonly sha256: string
  readonly length: number
}

export type ReviewKind = 'content' | 'form'

export interface Review {
  readonly kind: ReviewKind
  readonly person: string
  readonly sha256: string
}

/** An approval in force. It dies with the bytes it names (VN-03). */
export interface Approval extends FileIdentity {
  readonly id: string
  readonly person: string
}

/** Everything the rules need to know about a document; folded from its events, without clock or storage. */
export interface Flow {
  readonly state: State
  readonly file: FileIdentity
  /** Every person who ever gave the document its bytes. */
  readonly authors: readonly string[]
  /** Reviews in force. */
  readonly reviews: readonly Review[]
  /** The approval in force. */
  readonly approval?: Approval
  /** An approval was voided because the bytes changed: signing then says hash.notApproved, not merely "wrong state". */
  readonly approvalLapsed: boolean
  /** The officer's signature: who, over which approval, and the file it made. */
  readonly officer?: { readonly person: string; readonly approval: Approval; readonly file: FileIdentity }
  readonly seal?: { readonly person: string; readonly file: FileIdentity }
}

export type FlowEvent =
  | { readonly type: 'created'; readonly person: string; readonly file: FileIdentity }
  | { readonly type: 'fileReplaced'; readonly person: string; readonly file: FileIdentity }
  | { readonly type: 'submitted'; readonly person: string }
  | { readonly type: 'reviewed'; readonly person: string; readonly kind: ReviewKind; readonly sha256: string }
  | { readonly type: 'approved'; readonly person: string; readonly approval: Approval }
  | { readonly type: 'returned'; readonly person: string; readonly reason: string }
  | { readonly type: 'withdrawn'; readonly person: string; readonly reason: string }
  | { readonly type: 'signed'; readonly person: string; readonly over: FileIdentity; readonly file: FileIdentity }
  | { readonly type: 'sealed'; readonly person: string; readonly over: FileIdentity; readonly file: FileIdentity }
  | { readonly type: 'issued'; readonly person: string }

export type CreatedEvent = Extract<FlowEvent, { readonly type: 'created' }>

/** The first state of a document. */
export function begin(event: CreatedEvent): Flow {
  return { state: 'draft', file: event.file, authors: [event.person], reviews: [], approvalLapsed: false }
}

type Step<T extends FlowEvent['type']> = (flow: Flow, event: Extract<FlowEvent, { readonly type: T }>) => Flow

const STEPS: { readonly [T in FlowEvent['type']]: Step<T> } = {
  created: (_flow, event) => begin(event),
  // D30-04, VN-03: other bytes are another document to approve; every review and approval ends with the old ones.
  fileReplaced: (flow, { person, file }) => ({
    ...backToDraft(flow),
    file,
    authors: flow.authors.includes(person) ? flow.authors : [...flow.authors, person],
    approvalLapsed: flow.approvalLapsed || flow.approval !== undefined,
  }),
  submitted: (flow) => ({ ...flow, state: 'submitted' }),
  reviewed: (flow, { kind, person, sha256 }) => afterReview(flow, { kind, person, sha256 }),
  approved: (flow, { approval }) => ({ ...flow, state: 'approved', approval, approvalLapsed: false }),
  returned: (flow) => backToDraft(flow),
  withdrawn: (flow) => ({ ...backToDraft(flow), state: 'withdrawn' }),
  signed: (flow, { person, file }) =>
    flow.approval === undefined
      ? flow
      : { ...flow, state: 'signed', file, officer: { person, approval: flow.approval, file } },
  sealed: (flow, { person, file }) => ({ ...flow, state: 'sealed', file, seal: { person, file } }),
  issued: (flow) => ({ ...flow, state: 'issued' }),
}

/** The state after an event. It only records: whether the event may happen is decided before, by `checkAct`. */
export function evolve(flow: Flow, event: FlowEvent): Flow {
  const step = STEPS[event.type] as Step<FlowEvent['type']>
  return step(flow, event)
}

function backToDraft(flow: Flow): Flow {
  return {
    state: 'draft',
    file: flow.file,
    authors: flow.authors,
    reviews: [],
    approvalLapsed: flow.approvalLapsed,
  }
}

function afterReview(flow: Flow, review: Review): Flow {
  const reviews = [...flow.reviews.filter((other) => other.kind !== review.kind), review]
  return { ...flow, reviews, state: reviews.length === 2 ? 'reviewed' : flow.state }
}
