/** Texts of one code; `{name}` stands for an argument of the finding. */
export interface Text {
  readonly en: string
  readonly vi: string
}

export type Texts = Readonly<Record<string, Text>>
