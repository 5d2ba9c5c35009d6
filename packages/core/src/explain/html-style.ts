// The style sheet of the HTML report. Its hash stands in the content security policy; a test computes it anew.

export const HTML_STYLE: string = `
@page { size: A4; margin: 18mm 15mm 18mm 20mm }
* { box-sizing: border-box }
html { font: 15px/1.45 "Liberation Sans", "Noto Sans", Arial, "Segoe UI", sans-serif; color: #1b1b1b; background: #fff }
body { max-width: 820px; margin: 0 auto; padding: 24px }
h1 { font-size: 22px; margin: 0 0 4px }
h2 { font-size: 18px; margin: 26px 0 8px; border-bottom: 1px solid #999; padding-bottom: 3px }
h3 { font-size: 15.5px; margin: 14px 0 6px }
h4 { font-size: 14px; margin: 10px 0 4px; color: #444 }
h2.quiet { font-size: 13px; margin: 0; border: 0; color: #444; font-weight: normal }
p { margin: 4px 0 }
.file { color: #444 }
.verdict { border: 2px solid; border-left-width: 12px; padding: 10px 16px; margin: 14px 0 }
.verdict.good { border-color: #1a7f37; background: #eefaf1 }
.verdict.bad { border-color: #b3261e; background: #fdf0ef }
.verdict.unsure { border-color: #9a6700; background: #fff8e5 }
.verdict.neutral { border-color: #555; background: #f4f4f4 }
.word { font-size: 24px; font-weight: bold }
.sentence { font-size: 17px }
.good { color: #17692f }
.bad { color: #b3261e }
.unsure { color: #7a5200 }
.neutral { color: #444 }
.verdict .sentence, .verdict h2 { color: #1b1b1b }
.mark { font-weight: bold; display: inline-block; min-width: 1.1em; text-align: center }
article { border: 1px solid #bbb; padding: 4px 14px 12px; margin: 10px 0; break-inside: avoid }
table.facts { border-collapse: collapse; width: 100% }
.facts th { text-align: left; vertical-align: top; width: 33%; font-weight: normal; color: #444; padding: 3px 10px 3px 0 }
.facts td { vertical-align: top; padding: 3px 0; overflow-wrap: anywhere }
.facts tr + tr { border-top: 1px solid #e3e3e3 }
.facts tr:first-child td { font-weight: bold }
ul, ol { margin: 4px 0; padding-left: 22px }
li { margin: 3px 0; overflow-wrap: anywhere }
.checks { columns: 2; column-gap: 24px; font-size: 13.5px }
.checks li { break-inside: avoid }
.changes { list-style: none; padding-left: 0 }
.advice { border: 1px solid #555; border-left-width: 6px; padding: 2px 14px 8px; margin-top: 14px; break-inside: avoid }
.advice li { font-weight: bold }
.technical { font-size: 12px; color: #333 }
footer { margin-top: 24px; border-top: 1px solid #999; padding-top: 6px; font-size: 12px; color: #444 }
h2, h3, h4 { break-after: avoid }
@media print { body { max-width: none; padding: 0 1px } * { print-color-adjust: exact; -webkit-print-color-adjust: exact } }
`

export const HTML_STYLE_HASH = 'sha256-xNaargsHaB0RgbsP4tsUyMj4ihi6gY+5BJrFA/0EJnM='
