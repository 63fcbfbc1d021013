package io.paymentsaga.fault;

/** What may happen to a step, a compensation or a completion. */
enum Fault {
  FAILS_BEFORE("fails before its effect"),
  FAILS_AFTER("fails after its effect"),
  RUNS_TWICE("runs twice"),
  CRASHES_BEFORE("crashes before its effect"),
  CRASHES_AFTER("crashes after its effect");

  private final String words;

  Fault(String words) {
    this.words = words;
  }

  boolean isBeforeTheEffect() {
    return this == FAILS_BEFORE || this == CRASHES_BEFORE;
  }

  boolean isCrash() {
    return this == CRASHES_BEFORE || this == CRASHES_AFTER;
  }

  @Override
  public String toString() {
    return words;
  }
}
