package io.paymentsaga.sandbox.stripe;

import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.net.URI;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The page on which customers pay, in plain HTML: a test card is a link that fills the form. */
final class HostedCheckoutPage {
  private static final HtmlTemplate CHECKOUT = HtmlTemplate.file("checkout.html");
  private static final HtmlTemplate CARD_FORM = HtmlTemplate.file("card-form.html");
  private static final HtmlTemplate BANK_FORM = HtmlTemplate.file("bank-form.html");
  private static final HtmlTemplate CHALLENGE = HtmlTemplate.file("challenge.html");
  private static final HtmlTemplate NOTICE = HtmlTemplate.file("notice.html");
  private static final String STYLE = HtmlTemplate.read("stripe.css");

  private static final HtmlTemplate ITEM =
      new HtmlTemplate(
          "<li><span>{{name}}<small>{{detail}}</small></span><span>{{total}}</span></li>");
  private static final HtmlTemplate CARD_CHOICE =
      new HtmlTemplate(
          "<a href=\"?card={{number}}\"{{{current}}}><code>{{embossed}}</code>{{label}}</a>");
  private static final HtmlTemplate ALERT =
      new HtmlTemplate("<p class=\"alert\" role=\"alert\">{{message}}</p>");
  private static final HtmlTemplate LINK =
      new HtmlTemplate("<a class=\"button\" href=\"{{url}}\">{{label}}</a>");
  private static final HtmlTemplate BACK_LINK =
      new HtmlTemplate("<a class=\"back\" href=\"{{url}}\">&larr; Abandon and go back</a>");

  private final Ledger ledger;
  private final Checkout checkout;

  HostedCheckoutPage(Ledger ledger, Checkout checkout) {
    this.ledger = ledger;
    this.checkout = checkout;
  }

  void mount(Router router) {
    router
        .get("/assets/stripe.css")
        .handler(context -> context.response().putHeader("Content-Type", "text/css").end(STYLE));
    router.get("/pay/:id").handler(context -> safely(context, () -> page(context)));
    router.post("/pay/:id").handler(context -> safely(context, () -> submit(context)));
    router.get("/pay/:id/challenge").handler(context -> safely(context, () -> page(context)));
    router
        .post("/pay/:id/challenge")
        .handler(context -> safely(context, () -> authenticate(context)));
    router.get("/receipts/:id").handler(context -> safely(context, () -> receipt(context)));
  }

  /** What the browser is answered: a page, or where to go next. */
  private sealed interface Answer {
    record Page(int status, String html) implements Answer {}

    record Redirect(URI to) implements Answer {}
  }

  private void safely(RoutingContext context, Supplier<Answer> work) {
    try {
      Answer answer = ledger.atomically(work);
      if (answer instanceof Answer.Page page) {
        HtmlTemplate.send(context, page.status(), page.html());
      } else if (answer instanceof Answer.Redirect redirect) {
        context.response().setStatusCode(303).putHeader("Location", redirect.to().toString()).end();
      }
    } catch (ApiError refusal) {
      HtmlTemplate.send(
          context, refusal.status(), notice("Nothing here", refusal.getMessage(), ""));
    }
  }

  private Answer page(RoutingContext context) {
    SimulatedSession session = session(context);
    boolean challenged =
        session.paymentIntent().flatMap(SimulatedPaymentIntent::challenged).isPresent();
    return new Answer.Page(
        200,
        switch (session.status()) {
          case OPEN ->
              challenged
                  ? challengePage(session)
                  : checkoutPage(context, session, lastDecline(session));
          case COMPLETE ->
              notice(
                  "You are all done here",
                  "This checkout is complete.",
                  link(session.successUrl(), "Back to the shop"));
          case EXPIRED ->
              notice(
                  "This checkout has expired",
                  "No money was taken. Start again in the shop.",
                  session.cancelUrl().map(url -> link(url, "Back to the shop")).orElse(""));
        });
  }

  private Answer submit(RoutingContext context) {
    SimulatedSession session = session(context);
    FormParameters form = form(context);
    if (form.text("method").filter("bank_debit"::equals).isPresent()) {
      return after(session, checkout.payByBankDebit(session));
    }
    Optional<TestCard> card = form.text("number").flatMap(TestCard::numbered);
    if (card.isEmpty()) {
      return new Answer.Page(
          422,
          checkoutPage(
              context, session, Optional.of("Only the test cards below work in this sandbox.")));
    }
    return after(session, checkout.pay(session, card.get()));
  }

  private Answer authenticate(RoutingContext context) {
    SimulatedSession session = session(context);
    boolean passed = form(context).text("outcome").filter("complete"::equals).isPresent();
    return after(session, checkout.authenticate(session, passed));
  }

  private static Answer after(SimulatedSession session, PaymentAttempt attempt) {
    return new Answer.Redirect(
        switch (attempt.outcome()) {
          case PAID, PROCESSING -> session.successUrl();
          case CHALLENGED -> URI.create("/pay/" + session.id() + "/challenge");
          case DECLINED, REFUSED -> URI.create("/pay/" + session.id());
        });
  }

  private Answer receipt(RoutingContext context) {
    SimulatedCharge charge = ledger.charge(context.pathParam("id"));
    return new Answer.Page(
        200,
        notice(
            "Receipt",
            charge.intent().amount() + " paid. Payment " + charge.intent().id() + ".",
            ""));
  }

  private static String checkoutPage(
      RoutingContext context, SimulatedSession session, Optional<String> problem) {
    SessionRequest request = session.request();
    boolean byBank = context.queryParam("method").contains("bank_debit");
    return CHECKOUT.fill(
        Map.of(
            "total", session.total().toString(),
            "items", items(request),
            "back", session.cancelUrl().map(HostedCheckoutPage::backLink).orElse(""),
            "email", Optional.ofNullable(request.customerEmail()).orElse(""),
            "problem", problem.map(text -> ALERT.fill(Map.of("message", text))).orElse(""),
            "action", "/pay/" + session.id(),
            "cardTab", byBank ? "" : " aria-current=\"page\"",
            "bankTab", byBank ? " aria-current=\"page\"" : "",
            "form", byBank ? BANK_FORM.html() : cardForm(chosenCard(context))));
  }

  private static String items(SessionRequest request) {
    String lines =
        request.lineItems().stream()
            .map(
                item ->
                    item(
                        item.name(),
                        item.quantity() == 1
                            ? ""
                            : item.quantity()
                                + " × "
                                + new StripeAmount(item.unitAmount(), request.currency()),
                        new StripeAmount(item.total(), request.currency())))
            .collect(Collectors.joining());
    return request.shippingAmount() == 0
        ? lines
        : lines
            + item("Shipping", "", new StripeAmount(request.shippingAmount(), request.currency()));
  }

  private static String item(String name, String detail, StripeAmount total) {
    return ITEM.fill(Map.of("name", name, "detail", detail, "total", total.toString()));
  }

  private static String cardForm(TestCard chosen) {
    String choices =
        Arrays.stream(TestCard.values())
            .map(
                card ->
                    CARD_CHOICE.fill(
                        Map.of(
                            "number", card.number(),
                            "embossed", card.embossed(),
                            "label", card.label(),
                            "current", card == chosen ? " aria-current=\"true\"" : "")))
            .collect(Collectors.joining());
    return CARD_FORM.fill(Map.of("number", chosen.embossed(), "choices", choices));
  }

  private static TestCard chosenCard(RoutingContext context) {
    return context.queryParam("card").stream()
        .flatMap(number -> TestCard.numbered(number).stream())
        .findFirst()
        .orElse(TestCard.PAYS);
  }

  private static Optional<String> lastDecline(SimulatedSession session) {
    return session
        .paymentIntent()
        .flatMap(SimulatedPaymentIntent::lastDecline)
        .map(Decline::message);
  }

  private static String challengePage(SimulatedSession session) {
    return CHALLENGE.fill(
        Map.of(
            "action", "/pay/" + session.id() + "/challenge", "total", session.total().toString()));
  }

  private static String notice(String title, String message, String next) {
    return NOTICE.fill(Map.of("title", title, "message", message, "next", next));
  }

  private static String link(URI url, String label) {
    return LINK.fill(Map.of("url", url.toString(), "label", label));
  }

  private static String backLink(URI url) {
    return BACK_LINK.fill(Map.of("url", url.toString()));
  }

  private SimulatedSession session(RoutingContext context) {
    return ledger.session(context.pathParam("id"));
  }

  private static FormParameters form(RoutingContext context) {
    return FormParameters.parse(Optional.ofNullable(context.body().asString()).orElse(""));
  }
}
