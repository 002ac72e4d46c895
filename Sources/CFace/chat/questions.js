// What the server was asked and has not answered. A core: no clock, no network.

/** A server that cannot answer now says nothing. */
const answerLimit = 5_000;
/** Long lists come in several packets under one number. */
const memory = 60_000;

export class Questions {
  #asked = new Map();
  #number = 0;

  /**
   * Gives the number to ask under. - answered: gets each packet of the answer. - failed: the question is not asked
   * again by itself, and this is called if nothing comes.
   */
  add(name, message, answered, failed, now) {
    this.#number = this.#number % 0x7fff + 1;
    this.#asked.set(this.#number, { name, message, answered, failed, at: now, isAnswered: false });
    return this.#number;
  }

  /** Of what has no answer. */
  nextNumber() {
    this.#number = this.#number % 0x7fff + 1;
    return this.#number;
  }

  answered(number, message, now) {
    const question = this.#asked.get(number);
    if (!question) return false;
    const isFirst = !question.isAnswered;
    Object.assign(question, { isAnswered: true, at: now });
    question.answered(message, isFirst);
    return true;
  }

  /** Those to be asked again, each `{ name, message, answered }`; who waits for others hears that they failed. */
  due(now) {
    const again = [];
    for (const [number, question] of this.#asked) {
      if (question.isAnswered ? now - question.at < memory : now - question.at < answerLimit) continue;
      this.#asked.delete(number);
      if (question.isAnswered) continue;
      if (question.failed) question.failed();
      else again.push(question);
    }
    return again;
  }

  clockSetBack(by) {
    for (const question of this.#asked.values()) question.at -= by;
  }

  /** The connection is gone, and its questions with it: they are asked anew after the login. */
  clear() {
    const lost = [...this.#asked.values()];
    this.#asked.clear();
    for (const question of lost) if (!question.isAnswered) question.failed?.();
  }
}
