/** The service cannot be started as configured; `code` in the style of core's errors, the text says what to change. */
export class ConfigurationError extends Error {
  override readonly name: string = 'ConfigurationError'
  readonly code: 'CONFIG_INVALID' | 'PRODUCTION_TEST_CA' | 'PRODUCTION_INCOMPLETE' | 'DATA_OF_OTHER_MODE'

  constructor(code: ConfigurationError['code'], message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
  }
}
