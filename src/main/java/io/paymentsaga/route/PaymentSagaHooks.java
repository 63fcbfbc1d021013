package io.paymentsaga.route;

import io.micrometer.core.instrument.MeterRegistry;
import io.paymentsaga.saga.DueSaga;
import io.paymentsaga.saga.JdbcSagaService;
import io.paymentsaga.saga.SagaCause;
import io.paymentsaga.saga.SagaHooks;
import io.paymentsaga.saga.SagaState;
import io.paymentsaga.stripe.StripeUnavailableException;
import java.time.Duration;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.util.ObjectHelper;

/** Ties the recovery of sagas to the payments they are about. */
public final class PaymentSagaHooks implements SagaHooks {
  /**
   * Short enough for a paid session whose webhooks were lost to be completed within two minutes.
   */
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(90);

  /** Bank debits take days; nobody waits at a screen. */
  private static final Duration LONGEST_PAUSE_PROCESSING = Duration.ofMinutes(15);

  private final ProducerTemplate routes;
  private final JdbcSagaService sagas;
  private final Duration interval;
  private final MeterRegistry registry;

  /**
   * @param interval the pause between two looks at Stripe, which grows by itself each time
   * @param registry where failed compensations and completions are counted
   */
  public PaymentSagaHooks(
      CamelContext context, JdbcSagaService sagas, Duration interval, MeterRegistry registry) {
    this.routes = context.createProducerTemplate();
    this.sagas = sagas;
    this.interval = interval;
    this.registry = registry;
  }

  @Override
  public Optional<Duration> due(DueSaga saga) {
    try {
      send("direct:check-payment", saga.sagaId());
    } catch (RuntimeException failure) {
      judge(saga, isRefusal(failure));
      throw failure;
    }
    judge(saga, false);
    Duration longest =
        saga.state() == SagaState.PAYMENT_PROCESSING ? LONGEST_PAUSE_PROCESSING : LONGEST_PAUSE;
    Duration pause = interval.multipliedBy(saga.checks() + 1L);
    return Optional.of(pause.compareTo(longest) < 0 ? pause : longest);
  }

  /**
   * What is still undecided after its deadline stands before an operator when more looks would not
   * help.
   */
  private void judge(DueSaga saga, boolean refused) {
    if (!saga.deadlinePassed()) {
      return;
    }
    if (saga.state() == SagaState.PAYMENT_PROCESSING) {
      sagas.fail(saga.sagaId(), "the money is still under way", SagaCause.of("deadline"));
    } else if (refused) {
      sagas.fail(
          saga.sagaId(),
          "Stripe refuses to tell what has become of the session",
          SagaCause.of("deadline"));
    }
  }

  private static boolean isRefusal(RuntimeException failure) {
    StripeUnavailableException answer =
        ObjectHelper.getException(StripeUnavailableException.class, failure);
    return answer != null && answer.isRefusal();
  }

  @Override
  public void failed(String sagaId, String step, SagaState end) {
    String meter =
        end == SagaState.COMPENSATED ? "saga.compensation.failures" : "saga.completion.failures";
    registry.counter(meter, "step", step).increment();
  }

  @Override
  public void ending(String sagaId, SagaState end) {
    if (end == SagaState.COMPENSATED) {
      send("direct:end-rollback", sagaId);
    }
  }

  private void send(String route, String sagaId) {
    routes.sendBodyAndHeader(route, null, Exchange.SAGA_LONG_RUNNING_ACTION, sagaId);
  }
}
