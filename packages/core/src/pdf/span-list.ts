/** Many spans of a file in little memory: 16 bytes each. */
export class SpanList {
  private starts = new Float64Array(64)
  private ends = new Float64Array(64)
  private count = 0
  private ordered = true

  push(start: number, end: number): void {
    if (this.count === this.starts.length) this.grow()
    this.ordered &&= this.count === 0 || start >= this.starts[this.count - 1]!
    this.starts[this.count] = start
    this.ends[this.count++] = end
  }

  private grow(): void {
    const [starts, ends] = [this.starts, this.ends]
    this.starts = new Float64Array(starts.length * 2)
    this.starts.set(starts)
    this.ends = new Float64Array(ends.length * 2)
    this.ends.set(ends)
  }

  /** In order of their starts; of spans that start together the shorter first. */
  each(visit: (start: number, end: number) => void): void {
    const { starts, ends, count } = this
    if (this.ordered) {
      for (let i = 0; i < count; i++) visit(starts[i]!, ends[i]!)
      return
    }
    // Files list most objects in their order: an index is sorted only where they do not.
    const index = Uint32Array.from({ length: count }, (_, i) => i)
    index.sort((a, b) => starts[a]! - starts[b]! || ends[a]! - ends[b]!)
    for (const i of index) visit(starts[i]!, ends[i]!)
  }
}
