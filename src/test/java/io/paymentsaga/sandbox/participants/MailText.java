package io.paymentsaga.sandbox.participants;

import java.math.BigDecimal;
import java.sql.Timestamp;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Currency;
import java.util.Locale;
import java.util.Map;

/** The mails the notification service writes, as Internet messages (RFC 5322). */
final class MailText {
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss Z", Locale.ENGLISH);

  /** Where the minor units Stripe counts in are not those of ISO 4217. */
  private static final Map<String, Integer> STRIPE_FRACTION_DIGITS =
      Map.of("ISK", 2, "MGA", 0, "UGX", 2);

  /** The message for one row of {@code select-waiting-mails.sql}; the same row, the same text. */
  public String compose(Map<String, Object> mail) {
    String order = text(mail, "order_id");
    String money = money((long) mail.get("amount"), text(mail, "currency"));
    return switch (text(mail, "kind")) {
      case "confirmation" ->
          message(
              mail,
              "Your payment is confirmed",
              "We have received " + money + " for your order " + order + ". Thank you!");
      case "failure" ->
          message(
              mail,
              "Your payment failed",
              "Your payment of "
                  + money
                  + " for order "
                  + order
                  + " failed. You were not charged.");
      case "cancellation" ->
          message(
              mail,
              "Your payment was cancelled",
              "Your payment of " + money + " for order " + order + " was cancelled.");
      case "refund" ->
          message(
              mail, "Your refund", "We have refunded " + money + " for your order " + order + ".");
      default -> throw new IllegalArgumentException("No mail of kind " + mail.get("kind"));
    };
  }

  private static String message(Map<String, Object> mail, String subject, String body) {
    Timestamp askedAt = (Timestamp) mail.get("asked_at");
    return String.join(
        "\r\n",
        "From: The Sandbox Shop <orders@shop.example>",
        "To: " + text(mail, "email"),
        "Subject: " + subject,
        "Date: " + DATE.format(askedAt.toInstant().atOffset(ZoneOffset.UTC)),
        "Message-ID: <" + mail.get("message_id") + "@shop.example>",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
        "",
        body,
        "");
  }

  private static String money(long amount, String currency) {
    int fractionDigits =
        STRIPE_FRACTION_DIGITS.getOrDefault(
            currency, Currency.getInstance(currency).getDefaultFractionDigits());
    return currency + " " + BigDecimal.valueOf(amount, fractionDigits).toPlainString();
  }

  /** A value without control characters, which could end a header and begin another. */
  private static String text(Map<String, Object> mail, String column) {
    return ((String) mail.get(column)).replaceAll("\\p{Cntrl}", " ");
  }
}
