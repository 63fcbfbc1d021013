package io.paymentsaga.stripe;

import com.stripe.exception.StripeException;
import com.stripe.net.HttpClient;
import com.stripe.net.StripeRequest;
import com.stripe.net.StripeResponse;
import java.time.Duration;
import java.util.Optional;

/**
 * Keeps what Stripe says about when to come back, which the SDK drops together with the headers of
 * a 429. The SDK never repeats one by itself unless Stripe tells it to, and then still does.
 */
final class PatientHttpClient extends HttpClient {
  private static final int TOO_MANY_REQUESTS = 429;
  private static final Duration LONGEST = Duration.ofMinutes(15);

  private final HttpClient client;

  PatientHttpClient(HttpClient client) {
    this.client = client;
  }

  @Override
  public StripeResponse request(StripeRequest request) throws StripeException {
    StripeResponse response = client.request(request);
    boolean repeats =
        response.headers().firstValue("Stripe-Should-Retry").filter("true"::equals).isPresent();
    Optional<Duration> pause = pause(response);
    if (response.code() == TOO_MANY_REQUESTS && !repeats && pause.isPresent()) {
      throw new AskedToWaitException(response.requestId(), pause.get());
    }
    return response;
  }

  /** Whole seconds, as Stripe sends them; a date, which HTTP allows too, is as good as none. */
  private static Optional<Duration> pause(StripeResponse response) {
    return response
        .headers()
        .firstValue("Retry-After")
        .filter(value -> value.matches("\\d{1,9}"))
        .map(value -> Duration.ofSeconds(Long.parseLong(value)))
        .map(pause -> pause.compareTo(LONGEST) < 0 ? pause : LONGEST);
  }
}
