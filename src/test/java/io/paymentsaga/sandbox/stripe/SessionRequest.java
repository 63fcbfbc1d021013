package io.paymentsaga.sandbox.stripe;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A Checkout Session as it was asked for, checked as Stripe checks it.
 *
 * @param clientReferenceId null when not given, as are {@code customerEmail}, {@code cancelUrl} and
 *     the {@code description}
 * @param successUrl may hold {@code {CHECKOUT_SESSION_ID}}
 * @param expiresAt as it was sent, by the caller's clock
 * @param closesAt the same by Stripe's clock, which may have been moved ahead of the caller's
 */
record SessionRequest(
    String currency,
    List<LineItem> lineItems,
    long shippingAmount,
    Map<String, String> metadata,
    String clientReferenceId,
    String customerEmail,
    String successUrl,
    String cancelUrl,
    Instant expiresAt,
    Instant closesAt,
    List<String> paymentMethodTypes,
    String description,
    FormParameters shipping,
    Map<String, String> paymentIntentMetadata) {

  /** Stands for the session's id in a success URL. */
  static final String SESSION_ID_TEMPLATE = "{CHECKOUT_SESSION_ID}";

  private static final Duration SHORTEST = Duration.ofMinutes(30);
  private static final Duration LONGEST = Duration.ofHours(24);
  private static final Duration SLACK = Duration.ofSeconds(30);
  private static final Set<String> KNOWN =
      Set.of(
          "adaptive_pricing",
          "allow_promotion_codes",
          "automatic_tax",
          "billing_address_collection",
          "cancel_url",
          "client_reference_id",
          "currency",
          "custom_text",
          "customer_creation",
          "customer_email",
          "expand",
          "expires_at",
          "line_items",
          "locale",
          "metadata",
          "mode",
          "payment_intent_data",
          "payment_method_options",
          "payment_method_types",
          "phone_number_collection",
          "shipping_address_collection",
          "shipping_options",
          "submit_type",
          "success_url",
          "ui_mode");

  static SessionRequest read(
      FormParameters parameters, SimulatedClock clock, Identifiers identifiers) {
    parameters.refuseAllBut(KNOWN);
    String mode = parameters.requiredText("mode");
    if (!mode.equals("payment")) {
      throw ApiError.invalid("The simulator knows mode=payment only, not " + mode, null, "mode");
    }
    List<FormParameters> lines = parameters.list("line_items");
    if (lines.isEmpty()) {
      throw ApiError.missing("line_items");
    }
    String currency = currency(lines.get(0));
    FormParameters intent = parameters.within("payment_intent_data");
    List<String> methods = parameters.texts("payment_method_types");
    Expiry expiry = expiry(parameters, clock);
    SessionRequest request =
        new SessionRequest(
            currency,
            lines.stream().map(line -> lineItem(line, currency, identifiers)).toList(),
            shippingAmount(parameters.list("shipping_options"), currency),
            parameters.metadata("metadata"),
            clientReferenceId(parameters),
            customerEmail(parameters),
            url(parameters, "success_url").orElseThrow(() -> ApiError.missing("success_url")),
            url(parameters, "cancel_url").orElse(null),
            expiry.asSent(),
            expiry.byStripe(),
            methods.isEmpty() ? List.of("card", "us_bank_account") : methods,
            intent.text("description").orElse(null),
            intent.within("shipping"),
            intent.metadata("metadata"));
    request.total().refuseUnchargeable();
    return request;
  }

  long subtotal() {
    return lineItems.stream().mapToLong(LineItem::total).reduce(0, Math::addExact);
  }

  StripeAmount total() {
    return new StripeAmount(Math.addExact(subtotal(), shippingAmount), currency);
  }

  private static String currency(FormParameters line) {
    FormParameters price = line.within("price_data");
    String currency = price.requiredText("currency").toLowerCase(Locale.ROOT);
    StripeAmount.refuseUnknownCurrency(currency, price.fullName("currency"));
    return currency;
  }

  private static LineItem lineItem(FormParameters line, String currency, Identifiers identifiers) {
    if (!currency(line).equals(currency)) {
      throw ApiError.invalid(
          "All prices on a Checkout Session must use the same currency.",
          null,
          line.fullName("price_data"));
    }
    FormParameters price = line.within("price_data");
    long unitAmount = price.requiredNumber("unit_amount", 0);
    new StripeAmount(unitAmount, currency).refuseUnpayableFraction(price.fullName("unit_amount"));
    return new LineItem(
        identifiers.lineItem(),
        price.within("product_data").requiredText("name"),
        line.requiredNumber("quantity", 1),
        unitAmount);
  }

  // The customer of the simulator takes the first way of shipping that is offered.
  private static long shippingAmount(List<FormParameters> options, String currency) {
    if (options.isEmpty()) {
      return 0;
    }
    FormParameters rate = options.get(0).within("shipping_rate_data");
    rate.requiredText("display_name");
    FormParameters fixed = rate.within("fixed_amount");
    long amount = fixed.requiredNumber("amount", 0);
    if (!fixed.requiredText("currency").toLowerCase(Locale.ROOT).equals(currency)) {
      throw ApiError.invalid(
          "The shipping rate's currency must be the session's.", null, fixed.fullName("currency"));
    }
    new StripeAmount(amount, currency).refuseUnpayableFraction(fixed.fullName("amount"));
    return amount;
  }

  private static String clientReferenceId(FormParameters parameters) {
    Optional<String> reference = parameters.text("client_reference_id");
    if (reference.filter(text -> text.length() > 200).isPresent()) {
      throw ApiError.invalid(
          "Invalid string: must be at most 200 characters", null, "client_reference_id");
    }
    return reference.orElse(null);
  }

  private static String customerEmail(FormParameters parameters) {
    Optional<String> email = parameters.text("customer_email");
    if (email.filter(text -> !text.matches("[^@\\s]+@[^@\\s]+\\.[^@\\s.]+")).isPresent()) {
      throw ApiError.invalid(
          "Invalid email address: " + email.get(), "email_invalid", "customer_email");
    }
    return email.orElse(null);
  }

  private static Optional<String> url(FormParameters parameters, String name) {
    Optional<String> url = parameters.text(name);
    if (url.filter(text -> !isWebAddress(text)).isPresent()) {
      throw ApiError.invalid("Not a valid URL", "url_invalid", name);
    }
    return url;
  }

  private static boolean isWebAddress(String text) {
    try {
      URI uri = URI.create(text.replace(SESSION_ID_TEMPLATE, "id"));
      return uri.getHost() != null
          && (uri.getScheme().equals("https") || uri.getScheme().equals("http"));
    } catch (IllegalArgumentException notAUrl) {
      return false;
    }
  }

  private record Expiry(Instant asSent, Instant byStripe) {}

  // The one time that callers send. One that does not fit Stripe's clock, although it fits the true
  // time, comes from a caller who did not move along, and means so much time from now.
  private static Expiry expiry(FormParameters parameters, SimulatedClock clock) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    if (parameters.text("expires_at").isEmpty()) {
      return new Expiry(now.plus(LONGEST), now.plus(LONGEST));
    }
    Instant sent = Instant.ofEpochSecond(parameters.requiredNumber("expires_at", 0));
    Instant moved = sent.plus(clock.ahead());
    if (isTooSoon(sent, now) && !isTooSoon(moved, now) && !isTooLate(moved, now)) {
      return new Expiry(sent, moved);
    }
    if (isTooSoon(sent, now)) {
      throw ApiError.invalid(
          "The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.",
          null,
          "expires_at");
    }
    if (isTooLate(sent, now)) {
      throw ApiError.invalid(
          "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.",
          null,
          "expires_at");
    }
    return new Expiry(sent, sent);
  }

  private static boolean isTooSoon(Instant expiry, Instant now) {
    return expiry.isBefore(now.plus(SHORTEST).minus(SLACK));
  }

  private static boolean isTooLate(Instant expiry, Instant now) {
    return expiry.isAfter(now.plus(LONGEST).plus(SLACK));
  }
}
