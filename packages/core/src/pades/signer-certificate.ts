export function checkSignerCertificate(certificate: Uint8Array, time: Date): void {
  void certificate
  void time
}
