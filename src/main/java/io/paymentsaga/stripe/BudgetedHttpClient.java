package io.paymentsaga.stripe;

import com.stripe.exception.StripeException;
import com.stripe.net.HttpClient;
import com.stripe.net.StripeRequest;
import com.stripe.net.StripeResponse;

/**
 * Keeps every call of one lane within the budget: a page of a list is a call like any other. What
 * throws a {@link NotSentException} was not sent, not even once.
 */
final class BudgetedHttpClient extends HttpClient {
  private static final int SERVER_ERROR = 500;

  private final HttpClient client;
  private final StripeBudget budget;
  private final Lane lane;
  private final boolean admitted;

  private BudgetedHttpClient(HttpClient client, StripeBudget budget, Lane lane, boolean admitted) {
    this.client = client;
    this.budget = budget;
    this.lane = lane;
    this.admitted = admitted;
  }

  /** For calls that wait here for their turn. */
  static HttpClient waiting(HttpClient client, StripeBudget budget, Lane lane) {
    return new BudgetedHttpClient(client, budget, lane, false);
  }

  /** For calls whose turn it is already. */
  static HttpClient admitted(HttpClient client, StripeBudget budget, Lane lane) {
    return new BudgetedHttpClient(client, budget, lane, true);
  }

  @Override
  public StripeResponse request(StripeRequest request) throws StripeException {
    return client.request(request);
  }

  @Override
  public StripeResponse requestWithRetries(StripeRequest request) throws StripeException {
    if (!admitted) {
      budget.admit(lane);
    }
    try {
      StripeResponse response = new Repeats().requestWithRetries(request);
      if (response.code() < SERVER_ERROR) {
        budget.heard(MeteredHttpClient.operation(request), response.code());
      } else {
        budget.heard(isRemembered(response));
      }
      return response;
    } catch (AskedToWaitException asked) {
      budget.heard(true);
      budget.pause(lane, asked.pause());
      throw asked;
    } catch (StripeException | RuntimeException failure) {
      budget.heard(false);
      throw failure;
    }
  }

  /** A failure of an earlier call says nothing of how Stripe is now. */
  private static boolean isRemembered(StripeResponse response) {
    return response.headers().firstValue("Idempotent-Replayed").filter("true"::equals).isPresent();
  }

  /** One call: its first request has been admitted, each repeat is counted. */
  private final class Repeats extends HttpClient {
    private boolean sent;

    @Override
    public StripeResponse request(StripeRequest request) throws StripeException {
      if (sent) {
        budget.charge();
      }
      sent = true;
      return client.request(request);
    }
  }
}
