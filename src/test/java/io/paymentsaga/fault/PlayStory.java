package io.paymentsaga.fault;

import static java.util.stream.Collectors.joining;

import io.paymentsaga.sandbox.stripe.ApiCall;
import io.paymentsaga.sandbox.stripe.StripeSimulator;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What was done, what Stripe was asked and has told, what was decided and what was published: one
 * line each, in the order of time.
 */
final class PlayStory {
  private static final String DECISIONS =
      """
      SELECT h.at, 'decision' AS actor,
             concat_ws(' ', h.signal || ':', coalesce(h.from_status, 'new'), '->', h.to_status,
                       'by', h.cause, h.event_id, h.detail) AS what
      FROM payment_history h JOIN payment p USING (payment_id) WHERE p.order_id = :order
      UNION ALL
      SELECT h.at, 'saga',
             concat_ws(' ', s.kind, h.type, h.from_state, '->', h.to_state, 'by', h.cause, h.detail)
      FROM saga_history h JOIN saga s USING (saga_id)
      WHERE s.saga_id IN (
        SELECT saga_id FROM payment WHERE order_id = :order
        UNION ALL
        SELECT r.saga_id FROM refund r JOIN payment p USING (payment_id) WHERE p.order_id = :order)
      """;

  private record Line(Instant at, String actor, String what) {
    @Override
    public String toString() {
      return "%-27s  %-10s  %s".formatted(at, actor, what);
    }
  }

  private final List<Line> lines = new ArrayList<>();

  PlayStory(Play play, JdbcClient database, StripeSimulator stripe, Books books) {
    Books its = books.about(play.script().name());
    play.done().forEach(done -> lines.add(new Line(done.at(), done.actor(), done.what())));
    lines.addAll(
        database
            .sql(DECISIONS)
            .param("order", play.script().name())
            .query(
                (row, number) ->
                    new Line(
                        row.getObject("at", OffsetDateTime.class).toInstant(),
                        row.getString("actor"),
                        row.getString("what")))
            .list());
    its.webhooks().forEach(this::tellOfWebhook);
    its.events()
        .forEach(
            event ->
                lines.add(
                    new Line(
                        event.timestamp(),
                        "published",
                        event.type() + " as number " + event.sequence())));
    Set<String> ids =
        Stream.of(its.sessions(), its.paymentIntents(), its.stripeRefunds())
            .flatMap(List::stream)
            .map(object -> object.getString("id"))
            .collect(Collectors.toSet());
    stripe.apiCalls().stream()
        .filter(call -> ids.stream().anyMatch(id -> isAbout(call, id)))
        .forEach(this::tellOfCall);
  }

  private static boolean isAbout(ApiCall call, String id) {
    return call.path().contains(id) || call.parameters().containsValue(id);
  }

  private void tellOfCall(ApiCall call) {
    String fault = call.fault() == null ? "" : ", " + call.fault();
    lines.add(
        new Line(
            call.at(),
            "api call",
            "%s %s: %d%s".formatted(call.method(), call.path(), call.status(), fault)));
  }

  private void tellOfWebhook(JsonObject webhook) {
    String what = webhook.getString("type") + " " + webhook.getString("id");
    lines.add(new Line(Instant.parse(webhook.getString("created")), "event", what));
    webhook.getJsonArray("lastAttempts").stream()
        .map(JsonObject.class::cast)
        .forEach(
            attempt ->
                lines.add(
                    new Line(
                        Instant.parse(attempt.getString("at")),
                        "webhook",
                        what + ": " + attempt.getInteger("status"))));
  }

  @Override
  public String toString() {
    return lines.stream()
        .sorted(Comparator.comparing(Line::at))
        .map(Line::toString)
        .collect(joining(System.lineSeparator()));
  }
}
