package io.paymentsaga.sandbox.stripe;

import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * The levers of {@link StripeSimulator} that customers, banks and the dashboard hold, over HTTP.
 */
final class ControlRoutes {
  private final StripeSimulator simulator;

  ControlRoutes(StripeSimulator simulator) {
    this.simulator = simulator;
  }

  void mount(Control control) {
    control.post("/_sim/sessions/:id/pay", this::pay);
    control.post("/_sim/sessions/:id/authenticate", this::authenticate);
    control.post("/_sim/sessions/:id/abandon", this::abandon);
    control.post("/_sim/sessions/:id/expire", call -> plainly(call, this::expire));
    control.post("/_sim/sessions/:id/amend", this::amend);
    control.post(
        "/_sim/payment_intents/:id/succeed",
        call -> plainly(call, id -> simulator.settle(id, true)));
    control.post(
        "/_sim/payment_intents/:id/fail", call -> plainly(call, id -> simulator.settle(id, false)));
    control.post("/_sim/payment_intents/:id/refund", this::refund);
    control.post(
        "/_sim/payment_intents/:id/dispute",
        call -> quietly(call, () -> Control.made(simulator.dispute(call.id()))));
    control.post("/_sim/refunds/:id/succeed", call -> plainly(call, simulator::succeedRefund));
    control.post("/_sim/refunds/:id/fail", call -> plainly(call, simulator::failRefund));
    control.post("/_sim/disputes/:id/update", call -> plainly(call, simulator::updateDispute));
    control.post(
        "/_sim/disputes/:id/win", call -> plainly(call, id -> simulator.closeDispute(id, true)));
    control.post(
        "/_sim/disputes/:id/lose", call -> plainly(call, id -> simulator.closeDispute(id, false)));
    control.post(
        "/_sim/events/:id/resend", call -> Control.done(() -> simulator.resend(call.id())));
    control.get("/_sim/objects/:id", this::object);
    control.get("/_sim/state", call -> simulator.state());
    control.get("/_sim/ledger", call -> simulator.ledger());
  }

  private JsonObject pay(Control.Call call) {
    SwitchReader switches = call.switches().knowing("method", "card", "quiet");
    if (switches.text("method", "card").equals("bank_debit")) {
      return quietly(call, () -> attempt(simulator.payByBankDebit(call.id())));
    }
    TestCard card =
        TestCard.numbered(switches.text("card", TestCard.PAYS.number()))
            .orElseThrow(() -> ApiError.invalid("No such test card", null, "card"));
    return quietly(call, () -> attempt(simulator.pay(call.id(), card)));
  }

  private JsonObject authenticate(Control.Call call) {
    boolean passed = call.switches().knowing("passed").flag("passed", true);
    return attempt(simulator.authenticate(call.id(), passed));
  }

  private JsonObject abandon(Control.Call call) {
    return new JsonObject()
        .put("redirect", simulator.abandon(call.id()).map(URI::toString).orElse(null));
  }

  private void expire(String id) {
    simulator.expire(id);
  }

  private JsonObject amend(Control.Call call) {
    SwitchReader switches = call.switches().knowing("amount", "currency");
    simulator.amend(
        call.id(),
        switches.number("amount").map(OptionalLong::of).orElseGet(OptionalLong::empty),
        switches.text("currency"));
    return simulator.find(call.id()).orElseThrow();
  }

  private JsonObject refund(Control.Call call) {
    SwitchReader switches = call.switches().knowing("amount", "quiet");
    OptionalLong amount =
        switches.number("amount").map(OptionalLong::of).orElseGet(OptionalLong::empty);
    return quietly(call, () -> Control.made(simulator.refund(call.id(), amount)));
  }

  private JsonObject object(Control.Call call) {
    return simulator
        .find(call.id())
        .orElseThrow(() -> ApiError.notFound("object", call.id(), "id"));
  }

  private static JsonObject attempt(PaymentAttempt attempt) {
    return new JsonObject()
        .put("outcome", attempt.outcome().name().toLowerCase(Locale.ROOT))
        .put("message", attempt.message());
  }

  private interface Lever {
    void pull(String id);
  }

  private JsonObject plainly(Control.Call call, Lever lever) {
    call.switches().knowing("quiet");
    return quietly(call, () -> Control.done(() -> lever.pull(call.id())));
  }

  /** Without events, when the call says so. */
  private JsonObject quietly(Control.Call call, Supplier<JsonObject> lever) {
    return call.switches().flag("quiet", false) ? simulator.quietly(lever) : lever.get();
  }
}
