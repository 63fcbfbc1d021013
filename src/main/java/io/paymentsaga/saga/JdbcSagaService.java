package io.paymentsaga.saga;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.saga.CamelSagaCoordinator;
import org.apache.camel.saga.CamelSagaService;
import org.apache.camel.saga.CamelSagaStep;
import org.apache.camel.support.ExchangeHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Camel's saga service on PostgreSQL: sagas, their steps and their history outlive the process, and
 * any instance on the same database goes on with them. See the package for what that promises.
 *
 * <p>Add it to the context with {@link CamelContext#addService(Object)} before routes are loaded.
 * Its futures are complete when they are returned and fail instead of throwing. Every write joins
 * the Spring transaction of the calling thread, and commits by itself when there is none (for which
 * the data source's connections must commit automatically, as they do by default).
 */
public final class JdbcSagaService implements CamelSagaService {
  private static final Logger LOG = LoggerFactory.getLogger(JdbcSagaService.class);

  private final SagaStore store;
  private final TransactionTemplate transaction;
  private final SagaSettings settings;
  private final Map<String, Endpoint> endpoints = new ConcurrentHashMap<>();
  private SagaHooks hooks = this::compensateAfterDeadline;
  private CamelContext camelContext;
  private volatile SagaRecovery recovery;

  /**
   * A service that starts with its context.
   *
   * @param transactionManager the one whose transactions routes use on this data source
   */
  public JdbcSagaService(
      DataSource dataSource, PlatformTransactionManager transactionManager, SagaSettings settings) {
    this.store = new SagaStore(dataSource);
    this.transaction = new TransactionTemplate(transactionManager);
    this.settings = settings;
  }

  /**
   * Sets what the application adds to recovery; before the service is started. Without, {@link
   * #compensateAfterDeadline} looks at sagas that are due.
   */
  public void setHooks(SagaHooks hooks) {
    this.hooks = hooks;
  }

  @Override
  public void setCamelContext(CamelContext camelContext) {
    this.camelContext = camelContext;
  }

  @Override
  public CamelContext getCamelContext() {
    return camelContext;
  }

  /** Prepares recovery, which runs from when the context is fully started until it stops. */
  @Override
  public synchronized void start() {
    if (recovery != null) {
      return;
    }
    SagaRecovery prepared =
        new SagaRecovery(camelContext, store, transaction, settings, hooks, endpoints);
    try {
      prepared.follow(camelContext);
    } catch (Exception e) {
      throw new IllegalStateException("Saga recovery cannot follow its context", e);
    }
    recovery = prepared;
  }

  /** Waits for the work in hand when the context stops. Camel calls it for every route as well. */
  @Override
  public void stop() {
    SagaRecovery running = recovery;
    if (running != null && (camelContext.isStopping() || camelContext.isStopped())) {
      running.stop();
    }
  }

  @Override
  public CompletableFuture<CamelSagaCoordinator> newSaga(Exchange exchange) {
    return answer(() -> open(exchange));
  }

  @Override
  public CompletableFuture<CamelSagaCoordinator> getSaga(String id) {
    return answer(
        () -> {
          if (!store.exists(id)) {
            throw new UnknownSagaException(id);
          }
          return new JdbcSagaCoordinator(this, id);
        });
  }

  /** Endpoints named by the database are run only if a route of this context has named them too. */
  @Override
  public void registerStep(CamelSagaStep step) {
    step.getCompensation().ifPresent(this::register);
    step.getCompletion().ifPresent(this::register);
  }

  private void register(Endpoint endpoint) {
    endpoints.put(endpoint.getEndpointUri(), endpoint);
  }

  /**
   * Moves a saga on, or notes in its history why it stays where it is; marks steps as done.
   *
   * <p>Only recovery itself ends a saga whose compensations or completions it runs: {@link
   * SagaState#COMPENSATED} is reached from here only out of {@link SagaState#FAILED}, and {@link
   * SagaState#COMPLETED} out of it or without completions.
   *
   * @param stepsDone names of steps, each the id of the route that enlisted it; what was enlisted
   *     before them counts as done too
   * @return false when the state machine does not allow it; nothing is written then
   * @throws UnknownSagaException when there is no such saga
   */
  public boolean advance(String sagaId, SagaState to, Set<String> stepsDone, SagaCause cause) {
    return advance(sagaId, to, stepsDone, cause, Optional.empty());
  }

  /**
   * The same, and says when to look at the saga if it moves to a state that is active.
   *
   * @param firstLook the pause before {@link SagaHooks#due} is called, cut short by the deadline;
   *     when empty, it stays when it was
   */
  public boolean advance(
      String sagaId,
      SagaState to,
      Set<String> stepsDone,
      SagaCause cause,
      Optional<Duration> firstLook) {
    Set<SagaState> from = advancesTo(to);
    from.add(to);
    SagaStore.Move move =
        store
            .move(sagaId, from, to, stepsDone, cause, firstLook)
            .orElseThrow(() -> new UnknownSagaException(sagaId));
    if (move.accepted()) {
      moved(sagaId, move, to, cause);
    }
    return move.accepted();
  }

  private static Set<SagaState> advancesTo(SagaState to) {
    Set<SagaState> from = SagaTransitions.before(to);
    if (to.isEnd()) {
      from.removeAll(EnumSet.of(SagaState.COMPENSATING, SagaState.PAYMENT_COMPLETED));
    }
    return from;
  }

  /**
   * Leaves a saga to an operator.
   *
   * @return false when it has ended; nothing is written then
   * @throws UnknownSagaException when there is no such saga
   */
  public boolean fail(String sagaId, String reason, SagaCause cause) {
    SagaCause why = new SagaCause(cause.cause(), cause.eventId(), cause.actor(), reason);
    return advance(sagaId, SagaState.FAILED, Set.of(), why);
  }

  /**
   * Has a saga that gave up go on where it did, with a fresh round of attempts. Once it goes on,
   * asking again changes nothing.
   *
   * @return false when there is nothing to try again; nothing is written then
   * @throws UnknownSagaException when there is no such saga
   */
  public boolean retry(String sagaId, SagaCause cause) {
    boolean retried =
        store.retry(sagaId, cause).orElseThrow(() -> new UnknownSagaException(sagaId));
    if (retried) {
      wakeAfterCommit();
    }
    return retried;
  }

  /**
   * Sets by when an active saga has to come to its outcome, whatever deadline it had; at that time
   * {@link SagaHooks#due} is called. Does nothing when the saga is no longer active.
   */
  public void expectBy(String sagaId, Instant deadline) {
    store.expect(sagaId, deadline);
  }

  /** Has a saga looked at, or its compensations or completions tried, at once. */
  public void dueNow(String sagaId) {
    dueAfter(sagaId, Duration.ZERO);
  }

  /**
   * Has a saga looked at, or its compensations or completions tried, after a pause and not when it
   * was to be before; the deadline of an active saga still cuts it short. Does nothing when the
   * saga has ended, is left to an operator, or does not exist.
   */
  public void dueAfter(String sagaId, Duration pause) {
    if (store.schedule(sagaId, pause) && pause.isZero()) {
      wakeAfterCommit();
    }
  }

  /** Compensates a saga whose deadline has passed; what is done without {@link #setHooks}. */
  public Optional<Duration> compensateAfterDeadline(DueSaga saga) {
    if (saga.deadlinePassed()) {
      advance(saga.sagaId(), SagaState.COMPENSATING, Set.of(), SagaCause.of("deadline"));
    }
    return Optional.empty();
  }

  private CamelSagaCoordinator open(Exchange exchange) {
    String sagaId = UUID.randomUUID().toString();
    String routeId = ExchangeHelper.getRouteId(exchange);
    String kind =
        exchange.getProperty(SagaExchange.KIND, routeId == null ? "saga" : routeId, String.class);
    SagaCause cause = SagaCause.of(exchange);
    String correlationId = exchange.getProperty(SagaExchange.CORRELATION_ID, String.class);
    Long timeout = exchange.getProperty(SagaExchange.TIMEOUT, Long.class);
    store.open(sagaId, kind, correlationId, timeout, cause);
    LOG.info("Saga {} ({}): {} started by {}", sagaId, correlationId, kind, cause.cause());
    return new JdbcSagaCoordinator(this, sagaId);
  }

  void enlist(String sagaId, Exchange exchange, CamelSagaStep step) {
    Optional<Duration> timeout = step.getTimeoutInMilliseconds().map(Duration::ofMillis);
    if (step.getCompensation().isEmpty() && step.getCompletion().isEmpty() && timeout.isEmpty()) {
      return;
    }
    SagaState state =
        store
            .enlist(
                sagaId,
                ExchangeHelper.getRouteId(exchange),
                step.getCompensation().map(Endpoint::getEndpointUri),
                step.getCompletion().map(Endpoint::getEndpointUri),
                options(exchange, step),
                timeout)
            .orElseThrow(() -> new UnknownSagaException(sagaId));
    if (!state.isActive()) {
      throw new SagaNotActiveException(sagaId, "joined", state);
    }
  }

  private static Map<String, String> options(Exchange exchange, CamelSagaStep step) {
    Map<String, String> options = new TreeMap<>();
    step.getOptions()
        .forEach(
            (name, expression) -> {
              String value = expression.evaluate(exchange, String.class);
              if (value != null) {
                options.put(name, value);
              }
            });
    return options;
  }

  void compensate(String sagaId, SagaCause cause) {
    Set<SagaState> from = SagaTransitions.before(SagaState.COMPENSATING);
    from.remove(SagaState.FAILED);
    SagaStore.Move move =
        store
            .move(sagaId, from, SagaState.COMPENSATING, Set.of(), cause, Optional.empty())
            .orElseThrow(() -> new UnknownSagaException(sagaId));
    if (move.accepted()) {
      moved(sagaId, move, SagaState.COMPENSATING, cause);
    } else if (move.before() != SagaState.COMPENSATING && move.before() != SagaState.COMPENSATED) {
      throw new SagaNotActiveException(sagaId, "compensated", move.before());
    }
  }

  void complete(String sagaId, SagaCause cause) {
    SagaStore.Move move =
        store.complete(sagaId, cause).orElseThrow(() -> new UnknownSagaException(sagaId));
    if (move.accepted()) {
      moved(sagaId, move, SagaState.PAYMENT_COMPLETED, cause);
    } else if (move.before() != SagaState.PAYMENT_COMPLETED
        && move.before() != SagaState.COMPLETED) {
      throw new SagaNotActiveException(sagaId, "completed", move.before());
    }
  }

  private void moved(String sagaId, SagaStore.Move move, SagaState to, SagaCause cause) {
    if (move.before() == to) {
      return;
    }
    String line = "Saga {} ({}): {} -> {} by {}";
    if (to == SagaState.FAILED) {
      LOG.error(
          line + ", an operator is needed: {}",
          sagaId,
          move.correlationId(),
          move.before(),
          to,
          cause.cause(),
          cause.detail());
    } else {
      LOG.info(line, sagaId, move.correlationId(), move.before(), to, cause.cause());
    }
    if (!to.isActive() && !to.isEnd() && to != SagaState.FAILED) {
      wakeAfterCommit();
    }
  }

  private void wakeAfterCommit() {
    if (TransactionSynchronizationManager.isSynchronizationActive()) {
      TransactionSynchronizationManager.registerSynchronization(
          new TransactionSynchronization() {
            @Override
            public void afterCommit() {
              wake();
            }
          });
    } else {
      wake();
    }
  }

  private void wake() {
    SagaRecovery running = recovery;
    if (running != null) {
      running.wake();
    }
  }

  /** The answer, or the failure, as the saga pattern wants it: complete and never thrown. */
  static <T> CompletableFuture<T> answer(Supplier<T> action) {
    try {
      return CompletableFuture.completedFuture(action.get());
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }
}
