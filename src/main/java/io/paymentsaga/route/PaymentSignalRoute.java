package io.paymentsaga.route;

import org.apache.camel.builder.RouteBuilder;

/**
 * The one door: nothing else changes a payment's status or writes an event. Takes a {@link
 * io.paymentsaga.payment.PaymentSignal}, answers with the {@link io.paymentsaga.payment.Decision}
 * it led to; everything it decided is written in one transaction, the caller's when there is one.
 */
public final class PaymentSignalRoute extends RouteBuilder {
  private static final String LOCK_PAYMENT =
      "sql:classpath:sql/payment/lock-payment.sql?outputType=SelectOne&parametersCount=1";
  private static final String LIST_REFUNDS =
      "sql:classpath:sql/refund/list-refunds.sql?outputType=SelectOne&parametersCount=1";
  private static final String LIST_DISPUTES =
      "sql:classpath:sql/dispute/list-disputes-of-payment.sql"
          + "?outputType=SelectOne&parametersCount=1";
  private static final String APPLY_DECISION =
      "sql:classpath:sql/payment/apply-decision.sql?outputType=SelectOne&parametersCount=5";

  private final PaymentDoor door;

  public PaymentSignalRoute(PaymentDoor door) {
    this.door = door;
  }

  @Override
  public void configure() {
    from("direct:payment-signal")
        .routeId("payment-signal")
        .routeGroup("payment")
        .routeDescription("The one door: what a signal means is decided and written here, at once")
        .transacted("oneTransaction")
        .process(door::takeSignal)
        .to(LOCK_PAYMENT)
        .process(door::readPayment)
        .filter(door::mayHaveRefunds)
        .to(LIST_REFUNDS)
        .process(door::readRefunds)
        .end()
        .filter(door::speaksOfDispute)
        .process(door::askForDisputes)
        .to(LIST_DISPUTES)
        .process(door::readDisputes)
        .end()
        .process(door::decide)
        .filter(door::changes)
        .to("direct:apply-decision")
        .end()
        .process(door::answer);

    from("direct:apply-decision")
        .routeId("apply-decision")
        .routeGroup("payment")
        .routeDescription("Writes a decision, moves its saga, and opens a refund when there is one")
        .process(door::writeChange)
        .to(APPLY_DECISION)
        .process(door::checkWritten)
        .process(door::enterSaga)
        .process(door::moveSaga)
        .filter(door::hasCompletions)
        .to("saga:complete")
        .end()
        .filter(door::opensRefund)
        .process(door::takeRefund)
        .to("direct:open-refund")
        .end()
        .filter(door::opensHaltedRefund)
        .process(door::haltOpened)
        .end()
        .process(door::leaveSaga);
  }
}
