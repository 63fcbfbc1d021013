package io.paymentsaga.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.paymentsaga.http.Caller;
import io.paymentsaga.http.CheckoutRequests;
import io.paymentsaga.http.ErrorCode;
import io.paymentsaga.http.FieldError;
import io.paymentsaga.http.ProblemException;
import io.paymentsaga.payment.Currencies;
import io.paymentsaga.payment.Payment;
import io.paymentsaga.sandbox.stripe.StripeSimulator;
import io.paymentsaga.sandbox.stripe.StripeSimulatorSettings;
import io.paymentsaga.stripe.Admission;
import io.paymentsaga.stripe.StripeGateway;
import io.paymentsaga.stripe.StripeOutcome;
import io.paymentsaga.stripe.StripeOutcome.Fault;
import io.paymentsaga.stripe.StripeOutcome.Refused;
import io.paymentsaga.stripe.StripeOutcome.SessionOpen;
import io.paymentsaga.stripe.StripeSettings;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Currency;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;

/** A cart's total is reckoned in one place, and is what Stripe charges. */
class TotalsPropertyTest {
  /** The least of what Stripe asks for in some currencies is above this. */
  private static final long SMALL = 50;

  private static final JsonMapper JSON = new JsonMapper();
  private static final CamelContext CONTEXT = new DefaultCamelContext();

  private static final List<String> CURRENCIES =
      Currency.getAvailableCurrencies().stream()
          .flatMap(currency -> Currencies.supported(currency.getCurrencyCode()).stream())
          .sorted()
          .toList();

  private static StripeSimulator stripe;
  private static StripeGateway gateway;

  /** A line of a cart: its price in the smallest amounts that the currency allows. */
  private record Line(long quantity, long steps) {}

  /**
   * A cart whose caller says what it comes to.
   *
   * @param wrongBy what the caller's total is too much; null when none is given
   */
  private record Cart(List<Line> lines, long shippingSteps, long taxSteps, Long wrongBy) {
    BigInteger total(String currency) {
      BigInteger steps = BigInteger.valueOf(shippingSteps).add(BigInteger.valueOf(taxSteps));
      for (Line line : lines) {
        steps =
            steps.add(BigInteger.valueOf(line.quantity).multiply(BigInteger.valueOf(line.steps)));
      }
      return steps.multiply(BigInteger.valueOf(Currencies.step(currency)));
    }
  }

  @BeforeContainer
  static void start() {
    stripe = StripeSimulator.start(StripeSimulatorSettings.onLoopback("sk_test", "whsec_test"));
    gateway =
        new StripeGateway(
            new StripeSettings(
                stripe.baseUrl().toString(),
                "sk_test",
                List.of("whsec_test"),
                Duration.ofSeconds(5),
                Duration.ofSeconds(5),
                0,
                0),
            Clock.systemUTC(),
            new SimpleMeterRegistry());
  }

  @AfterContainer
  static void stop() {
    stripe.close();
  }

  @Property(tries = 3)
  void a_cart_is_charged_what_its_parts_come_to_in_every_currency(
      @ForAll("carts") List<Cart> carts) {
    for (int index = 0; index < CURRENCIES.size(); index++) {
      check(carts.get(index), CURRENCIES.get(index));
    }
  }

  private static void check(Cart cart, String currency) {
    BigInteger total = cart.total(currency);
    boolean chargeable =
        total.signum() > 0 && total.compareTo(BigInteger.valueOf(Currencies.LARGEST_AMOUNT)) <= 0;
    Exchange exchange = exchange(json(cart, currency, total));
    if (!chargeable || (cart.wrongBy != null && cart.wrongBy != 0)) {
      assertThat(faults(exchange)).isSubsetOf(ErrorCode.AMOUNT_MISMATCH, ErrorCode.OUT_OF_RANGE);
      return;
    }

    Payment payment = payment(exchange);

    assertThat(payment.amount()).isEqualTo(total.longValueExact());
    StripeOutcome outcome = open(payment);
    if (outcome instanceof Refused refused) {
      assertThat(refused.fault()).isEqualTo(Fault.CALLER);
      assertThat(payment.amount()).isLessThan(SMALL);
    } else {
      var session = stripe.find(((SessionOpen) outcome).sessionId()).orElseThrow();
      assertThat(session.getLong("amount_total")).isEqualTo(payment.amount());
      assertThat(session.getString("currency")).isEqualToIgnoringCase(currency);
    }
  }

  @Provide
  Arbitrary<List<Cart>> carts() {
    Arbitrary<Long> steps =
        Arbitraries.frequencyOf(
            Tuple.of(9, Arbitraries.longs().between(0, 20_000)),
            Tuple.of(1, Arbitraries.longs().between(0, 999_999)));
    Arbitrary<Long> quantities = Arbitraries.longs().between(1, 30);
    Arbitrary<Line> lines = Combinators.combine(quantities, steps).as(Line::new);
    Arbitrary<Long> wrongBy = Arbitraries.of(0L, 0L, 0L, 1L, -1L).injectNull(0.5);
    return Combinators.combine(lines.list().ofMinSize(1).ofMaxSize(5), steps, steps, wrongBy)
        .as(Cart::new)
        .list()
        .ofSize(CURRENCIES.size());
  }

  private static String json(Cart cart, String currency, BigInteger total) {
    long step = Currencies.step(currency);
    ObjectNode request =
        JSON.createObjectNode()
            .put("orderId", "order_1")
            .put("userId", "user_1")
            .put("customerEmail", "ada@example.com")
            .put("currency", currency)
            .put("shippingAmount", cart.shippingSteps * step)
            .put("taxAmount", cart.taxSteps * step);
    if (cart.wrongBy != null) {
      request.put("amount", total.add(BigInteger.valueOf(cart.wrongBy)));
    }
    var items = request.putArray("items");
    for (Line line : cart.lines) {
      items
          .addObject()
          .put("productId", "sku_1")
          .put("productName", "Mug")
          .put("quantity", line.quantity)
          .put("unitAmount", line.steps * step);
    }
    return request.toString();
  }

  private static Exchange exchange(String json) {
    Exchange exchange = new DefaultExchange(CONTEXT);
    exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, "application/json");
    exchange
        .getMessage()
        .setHeader(Exchange.SAGA_LONG_RUNNING_ACTION, UUID.randomUUID().toString());
    exchange.getMessage().setBody(json.getBytes(StandardCharsets.UTF_8));
    exchange.setProperty(Caller.PROPERTY, new Caller("test", Set.of()));
    return exchange;
  }

  private static List<ErrorCode> faults(Exchange exchange) {
    ProblemException refused =
        catchThrowableOfType(ProblemException.class, () -> new CheckoutRequests().read(exchange));
    assertThat(refused).isNotNull();
    return refused.errors().stream().map(FieldError::code).toList();
  }

  private static Payment payment(Exchange exchange) {
    exchange.setProperty("checkoutRequest", new CheckoutRequests().read(exchange));
    new Checkouts(
            new CheckoutSettings(
                Duration.ofMinutes(35), Duration.ofSeconds(45), "http://localhost:3000"),
            null,
            new Rows(),
            Clock.systemUTC(),
            () -> UUID.randomUUID().toString())
        .draft(exchange);
    return exchange.getProperty("payment", Payment.class);
  }

  private static StripeOutcome open(Payment payment) {
    try (Admission admission = gateway.admitCheckout()) {
      return gateway.openCheckoutSession(payment, admission);
    }
  }
}
