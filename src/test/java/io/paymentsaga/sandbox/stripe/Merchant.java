package io.paymentsaga.sandbox.stripe;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.stripe.StripeClient;
import com.stripe.exception.InvalidRequestException;
import com.stripe.exception.StripeException;
import com.stripe.model.PaymentIntent;
import com.stripe.model.Refund;
import com.stripe.model.checkout.Session;
import com.stripe.net.RequestOptions;
import com.stripe.param.PaymentIntentRetrieveParams;
import com.stripe.param.RefundCreateParams;
import com.stripe.param.RefundListParams;
import com.stripe.param.checkout.SessionCreateParams;
import com.stripe.param.checkout.SessionListParams;
import com.stripe.service.checkout.SessionService;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** A shop with the real SDK and a Stripe of its own, for the tests of that. */
final class Merchant implements AutoCloseable {
  static final String WEBHOOK_SECRET = "whsec_of_the_test";

  /** What a session of {@link #request} costs. */
  static final long TOTAL = 3000;

  private static final String KEY = "sk_test_of_the_test";

  private final StripeSimulator simulator =
      StripeSimulator.start(
          StripeSimulatorSettings.onLoopback(KEY, WEBHOOK_SECRET)
              .withAftermath(Duration.ofMinutes(1)));
  private final StripeClient stripe = client(KEY);

  StripeSimulator simulator() {
    return simulator;
  }

  StripeClient stripe() {
    return stripe;
  }

  StripeClient client(String key) {
    return StripeClient.builder()
        .setApiKey(key)
        .setApiBase(simulator.baseUrl().toString())
        .setMaxNetworkRetries(0)
        .build();
  }

  @Override
  public void close() {
    simulator.close();
  }

  Session open() throws StripeException {
    return create(request().build());
  }

  /** Two blue mugs and their shipping. */
  SessionCreateParams.Builder request() {
    return SessionCreateParams.builder()
        .setMode(SessionCreateParams.Mode.PAYMENT)
        .setClientReferenceId("ord_1")
        .setCustomerEmail("ada@example.com")
        .setSuccessUrl("https://shop.example/ok?session={CHECKOUT_SESSION_ID}")
        .setCancelUrl("https://shop.example/no")
        .setExpiresAt(in(Duration.ofMinutes(35)))
        .putMetadata("payment", "pay_1")
        .setPaymentIntentData(
            SessionCreateParams.PaymentIntentData.builder().putMetadata("payment", "pay_1").build())
        .addLineItem(
            SessionCreateParams.LineItem.builder()
                .setQuantity(2L)
                .setPriceData(
                    SessionCreateParams.LineItem.PriceData.builder()
                        .setCurrency("usd")
                        .setUnitAmount(1250L)
                        .setProductData(
                            SessionCreateParams.LineItem.PriceData.ProductData.builder()
                                .setName("Mug <blue>")
                                .build())
                        .build())
                .build())
        .addShippingOption(
            SessionCreateParams.ShippingOption.builder()
                .setShippingRateData(
                    SessionCreateParams.ShippingOption.ShippingRateData.builder()
                        .setDisplayName("Shipping")
                        .setType(
                            SessionCreateParams.ShippingOption.ShippingRateData.Type.FIXED_AMOUNT)
                        .setFixedAmount(
                            SessionCreateParams.ShippingOption.ShippingRateData.FixedAmount
                                .builder()
                                .setAmount(500L)
                                .setCurrency("usd")
                                .build())
                        .build())
                .build());
  }

  /** That long from now, by Stripe's clock, in its seconds. */
  long in(Duration time) {
    return simulator.now().plus(time).getEpochSecond();
  }

  Session create(SessionCreateParams params) throws StripeException {
    return sessions().create(params);
  }

  Session create(SessionCreateParams params, RequestOptions options) throws StripeException {
    return sessions().create(params, options);
  }

  SessionService sessions() {
    return stripe.v1().checkout().sessions();
  }

  /** The PaymentIntent of a new session that was paid with this card. */
  String paid(TestCard card) throws StripeException {
    Session session = open();
    simulator.pay(session.getId(), card);
    return sessions().retrieve(session.getId()).getPaymentIntent();
  }

  PaymentIntent intentOf(Session session) throws StripeException {
    return stripe
        .v1()
        .paymentIntents()
        .retrieve(sessions().retrieve(session.getId()).getPaymentIntent());
  }

  PaymentIntent intentWithCharge(String id) throws StripeException {
    return stripe
        .v1()
        .paymentIntents()
        .retrieve(id, PaymentIntentRetrieveParams.builder().addExpand("latest_charge").build());
  }

  Refund refund(String intent) throws StripeException {
    return stripe
        .v1()
        .refunds()
        .create(RefundCreateParams.builder().setPaymentIntent(intent).build());
  }

  Refund refund(String intent, long amount) throws StripeException {
    return stripe
        .v1()
        .refunds()
        .create(RefundCreateParams.builder().setPaymentIntent(intent).setAmount(amount).build());
  }

  List<String> refundsOf(String intent) throws StripeException {
    return stripe
        .v1()
        .refunds()
        .list(RefundListParams.builder().setPaymentIntent(intent).build())
        .getData()
        .stream()
        .map(Refund::getId)
        .toList();
  }

  List<String> sessionsOf(String intent) throws StripeException {
    return sessions()
        .list(SessionListParams.builder().setPaymentIntent(intent).build())
        .getData()
        .stream()
        .map(Session::getId)
        .toList();
  }

  /** Newest first. */
  List<String> eventTypes() {
    return simulator.events().stream().map(event -> event.getString("type")).toList();
  }

  /** How the delivery of the newest event went. */
  JsonObject deliveries() {
    return simulator.state().getJsonArray("events").getJsonObject(0);
  }

  /** Pulls a lever, or sets a switch, over HTTP. */
  JsonObject tell(String path, String json) throws IOException, InterruptedException {
    return new JsonObject(browse("POST", simulator.baseUrl() + "/_sim/" + path, json).body());
  }

  /** The parameter for which a call is refused. */
  static String refusal(ThrowingCallable call) {
    return catchThrowableOfType(InvalidRequestException.class, call).getParam();
  }

  static RequestOptions key(String key) {
    return RequestOptions.builder().setIdempotencyKey(key).build();
  }

  static HttpResponse<String> browse(String method, String url, String body)
      throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(url))
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }

  /** A call without the SDK, which does not show an error's headers. */
  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(simulator.baseUrl() + path))
                .header("Authorization", "Bearer " + KEY)
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }

  /** As a browser does with a form of the page about what goes wrong. */
  static HttpResponse<String> submit(StripeSimulator simulator, String path, String form)
      throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(simulator.baseUrl() + path))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Accept", "text/html")
                .header("Referer", simulator.baseUrl() + MischiefPage.PATH)
                .POST(HttpRequest.BodyPublishers.ofString(form))
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }
}
