package io.paymentsaga.sandbox.stripe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.stripe.exception.ApiConnectionException;
import com.stripe.exception.ApiException;
import com.stripe.exception.RateLimitException;
import com.stripe.exception.StripeException;
import com.stripe.model.Refund;
import com.stripe.model.checkout.Session;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OddsTest {
  private final Merchant merchant = new Merchant();

  @AfterEach
  void close() {
    merchant.close();
  }

  @Test
  void the_same_seed_lets_the_same_happen() throws Exception {
    String rough =
        """
        {"seed":%d,"api":{"failBefore":0.2,"failAfter":0.2,"lockTimeout":0.2,"rateLimit":0.2}}\
        """;

    merchant.tell("odds", rough.formatted(7));
    List<Integer> first = statusesOfTwentyOpenings();
    merchant.tell("odds", rough.formatted(7));
    List<Integer> second = statusesOfTwentyOpenings();
    merchant.tell("odds", rough.formatted(8));
    List<Integer> otherSeed = statusesOfTwentyOpenings();

    assertThat(second).isEqualTo(first);
    assertThat(otherSeed).isNotEqualTo(first);
    assertThat(first).contains(200, 429, 500);
  }

  @Test
  void calls_of_one_kind_do_not_change_the_luck_of_another() throws Exception {
    Session before = merchant.open();
    String rough = "{\"seed\":7,\"api\":{\"failBefore\":0.3,\"rateLimit\":0.3}}";

    merchant.tell("odds", rough);
    List<Integer> alone = statusesOfTwentyOpenings();
    merchant.tell("odds", rough);
    for (int look = 0; look < 5; look++) {
      assertThat(look(before)).isIn(true, false);
    }

    assertThat(statusesOfTwentyOpenings()).isEqualTo(alone);
  }

  @Test
  void a_seed_that_is_not_given_is_made_up_and_told() throws Exception {
    long seed = merchant.tell("odds", "{\"webhooks\":{\"drop\":0.5}}").getLong("seed");

    assertThat(get("odds").getLong("seed")).isEqualTo(seed);
    assertThat(get("mischief").getJsonObject("odds").getLong("seed")).isEqualTo(seed);
  }

  @ParameterizedTest
  @CsvSource({
    "resetBefore,0,'connection broken, not done'",
    "resetAfter,1,'done, reply lost'",
    "timeoutBefore,0,'silence for 500 ms, not done'",
    "timeoutAfter,1,'done, silence for 500 ms'"
  })
  void a_call_without_an_answer_may_have_been_done(String odd, int sessions, String what)
      throws Exception {
    merchant.tell("odds", "{\"api\":{\"" + odd + "\":1,\"hangMillis\":500}}");

    assertThatThrownBy(merchant::open).isInstanceOf(ApiConnectionException.class);

    assertThat(merchant.simulator().sessions()).hasSize(sessions);
    JsonObject incident = get("incidents").getJsonArray("incidents").getJsonObject(0);
    assertThat(incident.getString("subject")).isEqualTo("POST /v1/checkout/sessions");
    assertThat(incident.getString("what")).isEqualTo(what);
  }

  @Test
  void a_rate_limit_may_say_when_to_come_back() throws Exception {
    merchant.tell("odds", "{\"api\":{\"rateLimit\":1}}");
    assertThatThrownBy(merchant::open)
        .isInstanceOfSatisfying(
            RateLimitException.class,
            limited -> assertThat(limited.getStripeError().getCode()).isEqualTo("rate_limit"));

    merchant.tell("odds", "{\"api\":{\"rateLimitRetryAfter\":1}}");
    HttpResponse<String> limited = merchant.get("/v1/balance");
    assertThat(limited.statusCode()).isEqualTo(429);
    assertThat(limited.headers().firstValue("Retry-After")).hasValue("1");
  }

  @Test
  void a_locked_object_is_a_conflict_or_a_limit() throws Exception {
    merchant.tell("odds", "{\"seed\":1,\"api\":{\"lockTimeout\":1}}");
    HashSet<Integer> statuses = new HashSet<>();

    for (int turn = 0; turn < 12; turn++) {
      assertThatThrownBy(merchant::open)
          .isInstanceOfSatisfying(
              StripeException.class,
              refused -> {
                assertThat(refused.getCode()).isEqualTo("lock_timeout");
                statuses.add(refused.getStatusCode());
              });
    }

    assertThat(statuses).containsExactlyInAnyOrder(409, 429);
    assertThat(merchant.simulator().sessions()).isEmpty();
  }

  @Test
  void webhooks_are_dropped_doubled_and_made_twice_by_chance() throws Exception {
    try (WebhookReceiver receiver = new WebhookReceiver(Merchant.WEBHOOK_SECRET)) {
      merchant.simulator().deliverWebhooksTo(receiver.url());
      merchant.tell(
          "odds",
          """
          {"seed":3,"webhooks":{"types":"checkout.session.expired","drop":0.5,"duplicate":0.5,
           "delay":0.5,"delayUpToMillis":50,"reorder":0.2,"twoEvents":0.3}}\
          """);

      for (int turn = 0; turn < 30; turn++) {
        merchant.simulator().expire(merchant.open().getId());
      }

      int made = merchant.simulator().events().size();
      List<String> whats =
          get("incidents").getJsonArray("incidents").stream()
              .map(incident -> ((JsonObject) incident).getString("what"))
              .toList();
      int dropped = (int) whats.stream().filter(what -> what.contains("never sent")).count();
      int copied =
          (int)
              whats.stream()
                  .filter(what -> what.contains("2 times") && !what.contains("never"))
                  .count();
      assertThat(made).isBetween(31, 59);
      assertThat(dropped).isBetween(1, made - 1);
      assertThat(copied).isBetween(1, made - 1);
      await().until(() -> receiver.types().size() == made - dropped + copied);
    }
  }

  @Test
  void refunds_flip_as_likely_as_told() throws Exception {
    merchant.tell(
        "odds", "{\"money\":{\"refundPending\":1,\"refundFails\":1,\"refundAfter\":\"P2D\"}}");
    Refund failing = merchant.refund(merchant.paid(TestCard.PAYS));
    merchant.tell("odds", "{\"money\":{\"refundPending\":1,\"refundAfter\":\"P2D\"}}");
    Refund succeeding = merchant.refund(merchant.paid(TestCard.PAYS));
    merchant.tell("odds", "{\"money\":{\"refundFails\":1,\"refundAfter\":\"P2D\"}}");
    Refund comingBack = merchant.refund(merchant.paid(TestCard.PAYS));
    assertThat(List.of(failing.getStatus(), succeeding.getStatus(), comingBack.getStatus()))
        .containsExactly("pending", "pending", "succeeded");

    merchant.simulator().advance(Duration.ofDays(2));

    assertThat(List.of(status(failing), status(succeeding), status(comingBack)))
        .containsExactly("failed", "succeeded", "failed");
    assertThat(merchant.eventTypes()).contains("refund.failed", "refund.updated");
  }

  @Test
  void a_dispute_is_opened_updated_and_lost_in_its_time() throws Exception {
    merchant.tell(
        "odds",
        """
        {"money":{"dispute":1,"disputeAfter":"P7D",
                  "disputeLost":1,"disputeClosesAfter":"P30D"}}\
        """);
    merchant.paid(TestCard.PAYS);

    merchant.simulator().advance(Duration.ofDays(8));
    assertThat(dispute()).isEqualTo("needs_response");
    merchant.simulator().advance(Duration.ofDays(15));
    assertThat(dispute()).isEqualTo("under_review");
    merchant.simulator().advance(Duration.ofDays(15));
    assertThat(dispute()).isEqualTo("lost");
    assertThat(merchant.eventTypes()).startsWith("charge.dispute.closed", "charge.dispute.updated");
  }

  @Test
  void a_bank_debit_fails_days_later() throws Exception {
    merchant.tell("odds", "{\"money\":{\"debitFails\":1,\"debitAfter\":\"P4D\"}}");
    Session session = merchant.open();
    merchant.simulator().payByBankDebit(session.getId());

    merchant.simulator().advance(Duration.ofDays(3));
    assertThat(merchant.intentOf(session).getStatus()).isEqualTo("processing");
    merchant.simulator().advance(Duration.ofDays(1));

    assertThat(merchant.intentOf(session).getStatus()).isEqualTo("requires_payment_method");
    assertThat(merchant.eventTypes()).startsWith("checkout.session.async_payment_failed");
  }

  @Test
  void limits_refuse_what_is_too_much_for_one_second() throws Exception {
    merchant.tell("limits", "{\"perSecond\":6,\"perOperation\":4}");
    int[] refused = new int[2];

    for (int turn = 0; turn < 5; turn++) {
      refused[0] += isRefused(merchant::open) ? 1 : 0;
    }
    for (int turn = 0; turn < 3; turn++) {
      refused[1] += isRefused(() -> merchant.stripe().v1().balance().retrieve()) ? 1 : 0;
    }

    assertThat(refused).containsExactly(1, 1);
    assertThat(get("incidents").getJsonArray("incidents").encode())
        .contains("over the limit: endpoint-rate", "over the limit: global-rate");
    await().until(() -> !isRefused(merchant::open));
  }

  @Test
  void a_misspelt_switch_is_refused() throws Exception {
    assertThat(refusedSwitch("odds", "{\"webhooks\":{\"dorp\":1}}")).isEqualTo("webhooks.dorp");
    assertThat(refusedSwitch("odds", "{\"api\":{\"slow\":1.5}}")).isEqualTo("api.slow");
    assertThat(refusedSwitch("odds", "{\"api\":{\"slow\":0.6,\"rateLimit\":0.6}}"))
        .isEqualTo("api");
    assertThat(refusedSwitch("mischief", "{\"webhook\":{}}")).isEqualTo("webhook");
    assertThat(refusedSwitch("limits", "{\"perSecond\":\"many\"}")).isEqualTo("perSecond");
    assertThat(get("odds")).isEqualTo(Odds.NONE.toJson());
  }

  @Test
  void a_page_sets_the_odds_and_shows_what_happened() throws Exception {
    String page = merchant.simulator().baseUrl() + "/mischief";
    assertThat(Merchant.browse("GET", page, "").body()).contains("calm", "the true time");

    submit("odds", "seed=5&api%5BfailBefore%5D=1&api%5BslowUpToMillis%5D=&money%5BdebitAfter%5D=");
    assertThatThrownBy(merchant::open).isInstanceOf(ApiException.class);
    submit("clock", "advance=P3D");

    assertThat(Merchant.browse("GET", page, "").body())
        .contains("rough", "Seed 5", "500, not done", "PT72H ahead", "value=\"1\"");
    submit("mischief/end", "");
    assertThat(merchant.open().getStatus()).isEqualTo("open");
  }

  private List<Integer> statusesOfTwentyOpenings() {
    List<Integer> statuses = new ArrayList<>();
    for (int turn = 0; turn < 20; turn++) {
      try {
        merchant.open();
        statuses.add(200);
      } catch (StripeException refused) {
        statuses.add(refused.getStatusCode());
      }
    }
    return statuses;
  }

  private boolean look(Session session) {
    return isRefused(() -> merchant.sessions().retrieve(session.getId()));
  }

  private interface Call {
    Object make() throws StripeException;
  }

  private static boolean isRefused(Call call) {
    try {
      return call.make() == null;
    } catch (StripeException refused) {
      return true;
    }
  }

  private String status(Refund refund) throws StripeException {
    return merchant.stripe().v1().refunds().retrieve(refund.getId()).getStatus();
  }

  private String dispute() throws StripeException {
    return merchant.stripe().v1().disputes().list().getData().get(0).getStatus();
  }

  private String refusedSwitch(String path, String json) throws IOException, InterruptedException {
    return merchant.tell(path, json).getJsonObject("error").getString("param");
  }

  private JsonObject get(String path) throws IOException, InterruptedException {
    return new JsonObject(
        Merchant.browse("GET", merchant.simulator().baseUrl() + "/_sim/" + path, "").body());
  }

  private void submit(String path, String form) throws IOException, InterruptedException {
    HttpResponse<String> answer = Merchant.submit(merchant.simulator(), "/_sim/" + path, form);
    assertThat(answer.statusCode()).isEqualTo(303);
    assertThat(answer.headers().firstValue("Location")).hasValue("/mischief");
  }
}
