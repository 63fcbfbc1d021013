package io.paymentsaga.interleaving;

import io.paymentsaga.payment.Money;
import io.paymentsaga.payment.PaymentStatus;
import io.paymentsaga.payment.Refund;
import io.paymentsaga.payment.Signal.IfPaid;
import io.paymentsaga.payment.Signal.Resolution;
import java.util.function.ObjIntConsumer;

/** Everything somebody may do next, and how often it is done compared with the rest. */
// What each does is a lambda that holds nothing.
@SuppressWarnings("ImmutableEnumChecker")
enum Move {
  CUSTOMER_PAYS(6, (world, n) -> world.atStripe("customer", "pays", world.stripe().pay())),
  CUSTOMER_IS_DECLINED(
      4, (world, n) -> world.atStripe("customer", "is declined", world.stripe().decline())),
  CUSTOMER_PAYS_BY_DEBIT(
      3, (world, n) -> world.atStripe("customer", "pays by debit", world.stripe().debit())),
  CUSTOMER_CANCELS(3, (world, n) -> world.cancel()),

  BANK_LETS_DEBIT_THROUGH(
      2, (world, n) -> world.atStripe("bank", "lets it through", world.stripe().settle(true))),
  BANK_RETURNS_DEBIT(
      2, (world, n) -> world.atStripe("bank", "returns the debit", world.stripe().settle(false))),
  BANK_OPENS_DISPUTE(
      2, (world, n) -> world.atStripe("bank", "disputes", world.stripe().openDispute())),
  BANK_REVIEWS_DISPUTE(
      1, (world, n) -> world.atStripe("bank", "reviews it", world.stripe().reviewDispute())),
  BANK_DECIDES_DISPUTE(
      2,
      (world, n) ->
          world.atStripe("bank", "decides the dispute", world.stripe().closeDispute(n % 2 == 0))),
  REFUND_ARRIVES(
      4,
      (world, n) ->
          world.atStripe(
              "bank", "a refund arrives", world.stripe().moveRefund(n, Refund.Status.SUCCEEDED))),
  REFUND_COMES_BACK(
      2,
      (world, n) ->
          world.atStripe(
              "bank", "a refund comes back", world.stripe().moveRefund(n, Refund.Status.FAILED))),

  DASHBOARD_REFUNDS(
      2,
      (world, n) ->
          world.atStripe(
              "dashboard", "refunds", world.stripe().refundInDashboard(n % 2 == 0 ? 700 : 3000))),
  DASHBOARD_AMENDS(
      1,
      (world, n) ->
          world.atStripe(
              "dashboard",
              "amends the total",
              world.stripe().amend(n % 2 == 0 ? new Money(2999, "USD") : new Money(3000, "EUR")))),

  STRIPE_DELIVERS(12, (world, n) -> world.deliver(n, false)),
  STRIPE_DELIVERS_AND_WILL_AGAIN(4, (world, n) -> world.deliver(n, true)),
  STRIPE_TELLS_TWICE(2, World::doubleEvent),
  STRIPE_LOSES_EVENT(3, World::lose),
  STRIPE_LOSES_REPLY(3, (world, n) -> world.loseNextReply()),
  STRIPE_FAILS_REFUND_CALL(1, (world, n) -> world.stripe().failNextRefund()),

  ORDER_ANNOUNCED(1, (world, n) -> world.announceOrder()),
  ORDER_CANCELLED(3, (world, n) -> world.cancelOrder()),
  COMMAND_CANCEL(
      2,
      (world, n) -> world.command("cancel_payment", PaymentStatus.CANCELLED, IfPaid.REFUND, null)),
  COMMAND_REFUND(
      2,
      (world, n) ->
          world.command(
              "refund_payment",
              PaymentStatus.CANCELLED,
              IfPaid.REFUND,
              n % 2 == 0 ? null : Long.valueOf(900))),
  COMMAND_FAIL(
      2,
      (world, n) ->
          world.command("mark_payment_failed", PaymentStatus.FAILED, IfPaid.REFUSE, null)),
  MESSAGE_REPEATED(2, (world, n) -> world.repeatLetter()),

  OPERATOR_REFUNDS_ALL(2, (world, n) -> world.refund(null)),
  OPERATOR_REFUNDS_SOME(3, (world, n) -> world.refund(500L + 100L * (n % 8))),
  OPERATOR_COMPENSATES(2, (world, n) -> world.compensate()),
  OPERATOR_RETRIES(2, World::retry),
  OPERATOR_RESOLVES(
      1, (world, n) -> world.resolve(n % 2 == 0 ? Resolution.COMPLETED : Resolution.COMPENSATED)),
  OPERATOR_SETTLES_REFUNDS(1, (world, n) -> world.settleRefunds()),

  SERVICE_CHECKS_OUT(12, (world, n) -> world.checkOut()),
  SERVICE_CONSUMES(8, (world, n) -> world.consume()),
  SERVICE_RUNS_SAGA(14, (world, n) -> world.runSaga()),
  SERVICE_RUNS_REFUND(8, World::runRefund),
  SERVICE_FETCHES_EVENTS(2, (world, n) -> world.fetchEvents()),
  SERVICE_MATCHES_KEPT_EVENTS(2, (world, n) -> world.matchKeptEvents()),
  SERVICE_GIVES_UP(1, (world, n) -> world.giveUp()),

  CRASH_BEFORE_COMMIT(4, (world, n) -> world.crashBeforeCommit()),
  CRASH_AFTER_COMMIT(4, (world, n) -> world.crashAfterCommit()),

  CLOCK_PASSES_EXPIRY(1, (world, n) -> world.passExpiry()),
  CLOCK_PASSES_LONGEST_DEBIT(1, (world, n) -> world.passLongestDebit());

  private final int weight;
  private final ObjIntConsumer<World> work;

  Move(int weight, ObjIntConsumer<World> work) {
    this.weight = weight;
    this.work = work;
  }

  int weight() {
    return weight;
  }

  /**
   * Does it.
   *
   * @param choice which of several, whatever their number
   */
  void in(World world, int choice) {
    world.tick();
    work.accept(world, choice);
  }
}
