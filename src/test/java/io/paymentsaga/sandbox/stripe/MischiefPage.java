package io.paymentsaga.sandbox.stripe;

import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The switches for what goes wrong, for people, and what has gone wrong so far. */
final class MischiefPage {
  static final String PATH = "/mischief";

  private static final int ROWS = 50;
  private static final HtmlTemplate PAGE = HtmlTemplate.file("mischief.html");
  private static final HtmlTemplate FIELD =
      new HtmlTemplate(
          "<label>{{label}} <input name=\"{{name}}\" value=\"{{value}}\"{{{kind}}}></label>");
  private static final HtmlTemplate HIDDEN =
      new HtmlTemplate("<input type=\"hidden\" name=\"{{name}}\" value=\"{{value}}\">");
  private static final HtmlTemplate STEP =
      new HtmlTemplate(
          "<form method=\"post\" action=\"/_sim/clock\">"
              + "<input type=\"hidden\" name=\"advance\" value=\"{{by}}\">"
              + "<button class=\"button quiet\">{{label}}</button></form>");
  private static final HtmlTemplate INCIDENT =
      new HtmlTemplate(
          "<tr><td>{{at}}</td><td><code>{{subject}}</code></td><td>{{what}}</td>"
              + "<td><code>{{id}}</code></td></tr>");

  private static final String ODD = " type=\"number\" min=\"0\" max=\"1\" step=\"any\"";
  private static final String WHOLE = " type=\"number\" min=\"0\"";
  private static final String TIME = " placeholder=\"P3D\"";

  /**
   * @param kind further attributes of the input
   */
  private record Field(String name, String label, String kind) {}

  private static final List<Field> WEBHOOKS =
      List.of(
          new Field("drop", "Never sent", ODD),
          new Field("duplicate", "Sent twice", ODD),
          new Field("reorder", "After those that follow", ODD),
          new Field("twoEvents", "Two events for one change", ODD),
          new Field("delay", "Late", ODD),
          new Field("delayUpToMillis", "Late by up to (ms)", WHOLE),
          new Field("types", "Types (regular expression)", ""));
  private static final List<Field> API =
      List.of(
          new Field("resetBefore", "Broken off, not done", ODD),
          new Field("resetAfter", "Broken off, done", ODD),
          new Field("timeoutBefore", "No answer, not done", ODD),
          new Field("timeoutAfter", "No answer, done", ODD),
          new Field("hangMillis", "No answer for (ms)", WHOLE),
          new Field("failBefore", "500, not done", ODD),
          new Field("failAfter", "500, done", ODD),
          new Field("lockTimeout", "409 or 429 lock_timeout", ODD),
          new Field("rateLimit", "429", ODD),
          new Field("rateLimitRetryAfter", "429 with Retry-After", ODD),
          new Field("slow", "Slow", ODD),
          new Field("slowUpToMillis", "Slow by up to (ms)", WHOLE),
          new Field("calls", "Calls (regular expression)", ""));
  private static final List<Field> MONEY =
      List.of(
          new Field("refundPending", "Refund pending first", ODD),
          new Field("refundFails", "Refund fails in the end", ODD),
          new Field("refundAfter", "Refund settles after", TIME),
          new Field("debitFails", "Bank debit fails", ODD),
          new Field("debitAfter", "Bank debit settles after", TIME),
          new Field("dispute", "Payment disputed", ODD),
          new Field("disputeAfter", "Disputed after", TIME),
          new Field("disputeLost", "Dispute lost", ODD),
          new Field("disputeClosesAfter", "Dispute closes after", TIME));

  /** A preset that hurts and lets every payment end all the same. */
  private static final Map<String, String> ROUGH_DAY =
      Map.ofEntries(
          Map.entry("webhooks[drop]", "0.1"),
          Map.entry("webhooks[duplicate]", "0.2"),
          Map.entry("webhooks[reorder]", "0.2"),
          Map.entry("webhooks[twoEvents]", "0.1"),
          Map.entry("webhooks[delay]", "0.2"),
          Map.entry("webhooks[delayUpToMillis]", "5000"),
          Map.entry("api[resetBefore]", "0.03"),
          Map.entry("api[resetAfter]", "0.05"),
          Map.entry("api[failBefore]", "0.03"),
          Map.entry("api[lockTimeout]", "0.02"),
          Map.entry("api[rateLimit]", "0.03"),
          Map.entry("api[rateLimitRetryAfter]", "0.03"),
          Map.entry("api[slow]", "0.1"),
          Map.entry("api[slowUpToMillis]", "1500"),
          Map.entry("money[refundPending]", "0.2"),
          Map.entry("money[refundFails]", "0.1"),
          Map.entry("money[refundAfter]", "PT20S"));

  private final Ledger ledger;
  private final Mischief mischief;

  MischiefPage(Ledger ledger, Mischief mischief) {
    this.ledger = ledger;
    this.mischief = mischief;
  }

  void mount(Router router) {
    router.get(PATH).handler(context -> HtmlTemplate.send(context, 200, page()));
  }

  private String page() {
    Odds odds = mischief.odds();
    JsonObject json = odds.toJson();
    CallLimits limits = mischief.limits();
    boolean calm = mischief.isCalm();
    String seed = odds.isCalm() ? "" : Long.toString(odds.seed());
    return PAGE.fill(
        Map.ofEntries(
            Map.entry("mood", calm ? "calm" : "rough"),
            Map.entry("seed", seed.isEmpty() ? "none" : seed),
            Map.entry("seedToKeep", seed),
            Map.entry("now", ledger.now().toString()),
            Map.entry("ahead", ahead()),
            Map.entry("roughDay", hidden()),
            Map.entry("steps", steps()),
            Map.entry("webhooks", fields("webhooks", WEBHOOKS, json)),
            Map.entry("api", fields("api", API, json)),
            Map.entry("money", fields("money", MONEY, json)),
            Map.entry("perSecond", Integer.toString(limits.perSecond())),
            Map.entry("perOperation", Integer.toString(limits.perOperation())),
            Map.entry("incidents", incidents()),
            Map.entry("told", told())));
  }

  private String ahead() {
    return ledger.clock().ahead().isZero()
        ? "the true time"
        : ledger.clock().ahead().truncatedTo(ChronoUnit.SECONDS) + " ahead of the true time";
  }

  private static String fields(String group, List<Field> fields, JsonObject odds) {
    return fields.stream()
        .map(field -> field(group, field, odds.getJsonObject(group).getValue(field.name())))
        .collect(Collectors.joining("\n"));
  }

  private static String field(String group, Field field, Object value) {
    boolean set = field.kind().equals(ODD) && ((Number) value).doubleValue() > 0;
    return FIELD.fill(
        Map.of(
            "label",
            field.label(),
            "name",
            group + "[" + field.name() + "]",
            "value",
            value == null ? "" : value.toString().replaceFirst("\\.0$", ""),
            "kind",
            field.kind() + (set ? " class=\"set\"" : "")));
  }

  private static String hidden() {
    return ROUGH_DAY.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(odd -> HIDDEN.fill(Map.of("name", odd.getKey(), "value", odd.getValue())))
        .collect(Collectors.joining());
  }

  private static String steps() {
    return step("PT1H", "An hour")
        + step("P1D", "A day")
        + step("P3D", "Three days")
        + step("P14D", "Two weeks");
  }

  private static String step(String by, String label) {
    return STEP.fill(Map.of("by", by, "label", label));
  }

  private String incidents() {
    return mischief.incidents().stream()
        .limit(ROWS)
        .map(
            incident ->
                INCIDENT.fill(
                    Map.of(
                        "at", incident.at().truncatedTo(ChronoUnit.MILLIS).toString(),
                        "subject", incident.subject(),
                        "what", incident.what(),
                        "id", incident.id())))
        .collect(Collectors.joining("\n"));
  }

  private String told() {
    JsonObject all = mischief.toJson();
    return new JsonObject()
        .put("api", all.getJsonArray("api"))
        .put("webhooks", all.getJsonObject("webhooks"))
        .encodePrettily();
  }
}
