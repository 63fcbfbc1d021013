package io.paymentsaga.saga;

/**
 * Properties of an exchange by which routes and {@link JdbcSagaService} tell each other more than
 * Camel's saga pattern has words for. Properties, not headers: nobody outside can set them.
 */
public final class SagaExchange {
  /**
   * What a new saga is about; the id of the route that opens it when absent, {@code saga} outside
   * any route.
   */
  public static final String KIND = "SagaKind";

  /** Kept with a new saga; set on the exchanges that run its compensations and completions. */
  public static final String CORRELATION_ID = "SagaCorrelationId";

  /**
   * How long a new saga may take before it is looked at, in milliseconds; the deadline it begins
   * with. None when absent.
   */
  public static final String TIMEOUT = "SagaTimeout";

  /** {@link SagaCause#cause()} of what the exchange does; the id of its route when absent. */
  public static final String CAUSE = "SagaCause";

  /** {@link SagaCause#eventId()} of what the exchange does. */
  public static final String EVENT_ID = "SagaEventId";

  /** {@link SagaCause#actor()} of what the exchange does. */
  public static final String ACTOR = "SagaActor";

  /** {@link SagaCause#detail()} of what the exchange does. */
  public static final String DETAIL = "SagaDetail";

  /** Set on a compensation or completion: which attempt this is, from 1. */
  public static final String ATTEMPT = "SagaAttempt";

  private SagaExchange() {}
}
