// What programs and people are told about every file of the corpus: JSON as its schema says, texts for every code, no place left open.
import { explainHtml } from '../src/explain/html.ts'
import { explainReport } from '../src/explain/human.ts'
import { explainDoctor, diagnose } from '../src/explain/doctor.ts'
import type { Finding, VerificationReport } from '../src/report.ts'
import { schemaFaults } from '../test/support/schemas.ts'

function findingsIn(report: VerificationReport): readonly Finding[] {
  const ofSignatures = report.signatures.flatMap(({ findings, risksAtSigning, timestamps }) => [
    ...findings,
    ...risksAtSigning,
    ...timestamps.flatMap((stamp) => stamp.findings),
  ])
  return [...report.findings, ...ofSignatures]
}

function textFaults({ code, message, args }: Finding): readonly string[] {
  const given = JSON.stringify(args)
  return [message.en, message.vi].flatMap((text) => {
    if (text === code || text === '') return [`${code} has no text`]
    const open = [...text.matchAll(/\{\w+\}/g)].map(([place]) => place).filter((place) => !given.includes(place))
    return open.map((place) => `${code} leaves ${place} open`)
  })
}

// A terminal would obey the first, a browser the second; neither may come through.
// oxlint-disable-next-line no-control-regex -- they are what must not occur
const CONTROL = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/

/** What is wrong with the telling; empty for almost every file. */
export function toldFaults(report: VerificationReport): readonly string[] {
  const faults = [...schemaFaults('verification-report', report)]
  for (const finding of findingsIn(report)) faults.push(...textFaults(finding))
  const { sha256, bytes } = report.document
  const { overall, validationTime, engine } = report
  const diagnoses = diagnose(report, undefined)
  const doctor = {
    schema: 'countersign/doctor-report/1',
    document: { sha256, bytes },
    overall,
    diagnoses,
    validationTime,
    engine,
  } as const
  faults.push(...schemaFaults('doctor-report', doctor))
  for (const language of ['vi', 'en'] as const) {
    const options = { language, name: 'a.pdf', details: true }
    const texts = [explainReport(report, options), explainHtml(report, options), explainDoctor(doctor, options)]
    if (texts.some((text) => CONTROL.test(text))) faults.push(`control characters come through (${language})`)
  }
  return [...new Set(faults)]
}
