package io.paymentsaga.saga;

/** The two ways in which the steps of a saga are concluded. */
enum Conclusion {
  /** Last step first. */
  COMPENSATION(SagaState.COMPENSATING, SagaState.COMPENSATED),
  /** First step first. */
  COMPLETION(SagaState.PAYMENT_COMPLETED, SagaState.COMPLETED);

  private final SagaState running;
  private final SagaState end;

  Conclusion(SagaState running, SagaState end) {
    this.running = running;
    this.end = end;
  }

  /** The state of the saga meanwhile. */
  SagaState running() {
    return running;
  }

  /** The state of the saga, and of each step, afterwards. */
  SagaState end() {
    return end;
  }

  /** As log and history name it. */
  String word() {
    return switch (this) {
      case COMPENSATION -> "compensation";
      case COMPLETION -> "completion";
    };
  }
}
