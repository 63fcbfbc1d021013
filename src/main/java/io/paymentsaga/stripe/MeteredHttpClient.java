package io.paymentsaga.stripe;

import com.stripe.exception.StripeException;
import com.stripe.net.HttpClient;
import com.stripe.net.HttpURLConnectionClient;
import com.stripe.net.StripeRequest;
import com.stripe.net.StripeResponse;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;

/** The SDK's own HTTP client, with each of its requests timed: a repeat is a request too. */
final class MeteredHttpClient extends HttpClient {
  private static final Duration[] BOUNDS = {
    Duration.ofMillis(100),
    Duration.ofMillis(300),
    Duration.ofSeconds(1),
    Duration.ofSeconds(3),
    Duration.ofSeconds(8)
  };

  /** A segment that is an id of what this service asks for: a session, intent, charge or refund. */
  private static final String ID = "/(cs|pi|ch|py|re|pyr)_[^/]+";

  private final HttpClient client = new HttpURLConnectionClient();
  private final MeterRegistry registry;

  MeteredHttpClient(MeterRegistry registry) {
    this.registry = registry;
  }

  @Override
  public StripeResponse request(StripeRequest request) throws StripeException {
    Timer.Sample sample = Timer.start(registry);
    String outcome = "unanswered";
    try {
      StripeResponse response = client.request(request);
      outcome = Integer.toString(response.code());
      return response;
    } finally {
      sample.stop(
          Timer.builder("stripe.requests")
              .tag("operation", operation(request))
              .tag("outcome", outcome)
              .serviceLevelObjectives(BOUNDS)
              .register(registry));
    }
  }

  /** The method and the path without ids: of {@code /v1/refunds/re_1}, {@code /v1/refunds/id}. */
  static String operation(StripeRequest request) {
    String path = request.url().getPath().replaceAll(ID, "/id");
    return request.method() + " " + path;
  }
}
