import type { Mode } from '../office/office.ts'

/** What a browser shows at the root: that the service runs, and in test mode that nothing here is real (REL-13). */
export function startPage(mode: Mode, base: string): string {
  const banner =
    mode === 'test'
      ? '<p class="test"><strong>TEST</strong>: chứng thư số dùng thử, không có giá trị pháp lý / throw-away test CA, no legal value</p>'
      : ''
  return `<!doctype html>
<html lang="vi">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Countersign${mode === 'test' ? ' TEST' : ''}</title>
<style>body{font:1.1rem/1.5 system-ui,sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem}.test{background:#b00020;color:#fff;padding:.75rem}</style>
${banner}
<h1>Countersign</h1>
<p>Dịch vụ ký, đóng dấu và kiểm tra văn bản điện tử đang chạy.<br>
<span lang="en">The service that signs, seals and validates documents is running.</span></p>
<ul>
<li><a href="${base}/v1/openapi.json">OpenAPI 3.1</a></li>
<li><a href="${base}/readyz">readyz</a></li>
</ul>
</html>
`
}
