package io.paymentsaga.sandbox.stripe;

import io.vertx.ext.web.Router;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the simulator knows, for people, with the levers they may pull. */
final class OverviewPage {
  private static final int ROWS = 30;
  private static final HtmlTemplate PAGE = HtmlTemplate.file("overview.html");
  private static final HtmlTemplate SESSION =
      new HtmlTemplate(
          "<tr><td>{{created}}</td><td>{{amount}}</td><td><b class=\"{{status}}\">{{status}}</b>"
              + "</td><td><b class=\"{{intentStatus}}\">{{intentStatus}}</b></td>"
              + "<td><a href=\"/_sim/objects/{{id}}\"><code>{{shortId}}</code></a>"
              + "<small>{{description}}</small></td><td>{{{levers}}}</td></tr>");
  private static final HtmlTemplate MOVE =
      new HtmlTemplate(
          "<tr><td>{{created}}</td><td>{{amount}}</td><td><b class=\"{{status}}\">{{status}}</b>"
              + "</td><td><a href=\"/_sim/objects/{{id}}\"><code>{{id}}</code></a></td>"
              + "<td>{{{levers}}}</td></tr>");
  private static final HtmlTemplate EVENT =
      new HtmlTemplate(
          "<tr><td>{{created}}</td><td>{{type}}</td><td>{{delivery}}</td>"
              + "<td><a href=\"/_sim/objects/{{id}}\"><code>{{id}}</code></a></td>"
              + "<td>{{{levers}}}</td></tr>");
  private static final HtmlTemplate CALL =
      new HtmlTemplate(
          "<tr><td>{{at}}</td><td>{{status}}</td><td><code>{{call}}</code></td>"
              + "<td>{{key}}</td></tr>");
  private static final HtmlTemplate LEVER =
      new HtmlTemplate(
          "<form method=\"post\" action=\"/_sim/{{path}}\"><button>{{label}}</button></form>");
  private static final HtmlTemplate PAY_LINK =
      new HtmlTemplate("<a class=\"lever\" href=\"/pay/{{id}}\">Pay page</a>");

  private final Ledger ledger;
  private final ApiCallLog calls;
  private final WebhookEndpoints endpoints;

  OverviewPage(Ledger ledger, ApiCallLog calls, WebhookEndpoints endpoints) {
    this.ledger = ledger;
    this.calls = calls;
    this.endpoints = endpoints;
  }

  void mount(Router router) {
    router
        .get("/")
        .handler(context -> HtmlTemplate.send(context, 200, ledger.atomically(this::page)));
  }

  private String page() {
    List<ApiCall> all = calls.all();
    return PAGE.fill(
        Map.of(
            "endpoint", endpoints(),
            "sessions", rows(ledger.sessions().newestFirst(), OverviewPage::session),
            "disputes", rows(ledger.disputes().newestFirst(), OverviewPage::dispute),
            "refunds", rows(ledger.refunds().newestFirst(), OverviewPage::refund),
            "events", rows(ledger.events().newestFirst(), OverviewPage::event),
            "calls", rows(newestFirst(all), OverviewPage::call)));
  }

  private String endpoints() {
    String urls =
        endpoints.all().stream()
            .map(endpoint -> endpoint.url().toString())
            .collect(Collectors.joining(", "));
    return urls.isEmpty() ? "no endpoint yet" : urls;
  }

  private static <T> String rows(Stream<T> newestFirst, Function<T, String> row) {
    return newestFirst.limit(ROWS).map(row).collect(Collectors.joining("\n"));
  }

  private static Stream<ApiCall> newestFirst(List<ApiCall> calls) {
    return Stream.iterate(calls.size() - 1, index -> index >= 0, index -> index - 1)
        .map(calls::get);
  }

  private static String session(SimulatedSession session) {
    Optional<SimulatedPaymentIntent> intent = session.paymentIntent();
    return SESSION.fill(
        Map.of(
            "created", session.created().toString(),
            "amount", session.total().toString(),
            "status", session.status().name().toLowerCase(Locale.ROOT),
            "intentStatus", intent.map(one -> one.status().inJson()).orElse(""),
            "id", session.id(),
            "shortId", session.id().substring(0, 20) + "…",
            "description",
                session.request().lineItems().stream()
                    .map(LineItem::name)
                    .collect(Collectors.joining(", ")),
            "levers", levers(session)));
  }

  private static String levers(SimulatedSession session) {
    if (session.isOpen()) {
      return PAY_LINK.fill(Map.of("id", session.id()))
          + lever("sessions/" + session.id() + "/expire", "Expire");
    }
    return session.paymentIntent().map(OverviewPage::levers).orElse("");
  }

  private static String levers(SimulatedPaymentIntent intent) {
    String path = "payment_intents/" + intent.id();
    return switch (intent.status()) {
      case PROCESSING ->
          lever(path + "/succeed", "Bank pays") + lever(path + "/fail", "Bank fails");
      case SUCCEEDED ->
          intent.succeededCharge().orElseThrow().amountLeft() == 0
              ? ""
              : lever(path + "/refund", "Refund") + lever(path + "/dispute", "Dispute");
      case REQUIRES_PAYMENT_METHOD, REQUIRES_ACTION, CANCELED -> "";
    };
  }

  private static String refund(SimulatedRefund refund) {
    String path = "refunds/" + refund.id();
    String currency = refund.charge().intent().amount().currency();
    return MOVE.fill(
        Map.of(
            "created", refund.created().toString(),
            "amount", new StripeAmount(refund.amount(), currency).toString(),
            "status", refund.status().name().toLowerCase(Locale.ROOT),
            "id", refund.id(),
            "levers",
                switch (refund.status()) {
                  case PENDING ->
                      lever(path + "/succeed", "Succeed") + lever(path + "/fail", "Fail");
                  case SUCCEEDED -> lever(path + "/fail", "Fail");
                  case FAILED, CANCELED -> "";
                }));
  }

  private static String dispute(SimulatedDispute dispute) {
    String path = "disputes/" + dispute.id();
    return MOVE.fill(
        Map.of(
            "created", dispute.created().toString(),
            "amount", dispute.amount().toString(),
            "status", dispute.status(),
            "id", dispute.id(),
            "levers",
                dispute.isOpen()
                    ? lever(path + "/update", "Update")
                        + lever(path + "/win", "Win")
                        + lever(path + "/lose", "Lose")
                    : ""));
  }

  private static String event(SimulatedEvent event) {
    return EVENT.fill(
        Map.of(
            "created", event.created().toString(),
            "type", event.type(),
            "delivery", event.isDelivered() ? "delivered" : "not delivered",
            "id", event.id(),
            "levers", lever("events/" + event.id() + "/resend", "Resend")));
  }

  private static String call(ApiCall call) {
    return CALL.fill(
        Map.of(
            "at",
            call.at().toString(),
            "status",
            (call.status() == 0 ? "–" : call.status()) + (call.replayed() ? " replayed" : ""),
            "call",
            call.method() + " " + call.path(),
            "key",
            Optional.ofNullable(call.idempotencyKey()).orElse("")));
  }

  private static String lever(String path, String label) {
    return LEVER.fill(Map.of("path", path, "label", label));
  }
}
