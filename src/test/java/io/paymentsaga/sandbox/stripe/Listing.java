package io.paymentsaga.sandbox.stripe;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Stripe's <a href="https://docs.stripe.com/api/pagination">lists</a>, newest first. */
final class Listing {
  private static final long MOST = 100;
  private static final long USUAL = 10;

  private Listing() {}

  /**
   * One page.
   *
   * @param filters the parameters the filter reads, besides those every list knows
   */
  static <T extends StripeObject> JsonObject page(
      ApiRequest request, Register<T> register, Set<String> filters, Predicate<T> filter) {
    FormParameters parameters = request.parameters();
    parameters.refuseAllBut(
        Stream.concat(Stream.of("limit", "starting_after", "created", "expand"), filters.stream())
            .collect(Collectors.toUnmodifiableSet()));
    long limit = limit(parameters);
    List<T> found =
        start(parameters, register)
            .takeWhile(object -> isSince(parameters, object.created()))
            .filter(object -> isUntil(parameters, object.created()))
            .filter(filter)
            .limit(limit + 1)
            .toList();
    JsonArray data = new JsonArray();
    found.stream().limit(limit).forEach(object -> data.add(object.toJson()));
    return of(data, found.size() > limit, request.path());
  }

  static JsonObject of(JsonArray data, boolean hasMore, String url) {
    return new JsonObject()
        .put("object", "list")
        .put("data", data)
        .put("has_more", hasMore)
        .put("url", url);
  }

  private static long limit(FormParameters parameters) {
    long limit = parameters.number("limit").orElse(USUAL);
    if (limit < 1 || limit > MOST) {
      throw ApiError.invalid(
          "Invalid integer: must be between 1 and " + MOST, "parameter_invalid_integer", "limit");
    }
    return limit;
  }

  private static <T extends StripeObject> Stream<T> start(
      FormParameters parameters, Register<T> register) {
    Optional<String> after = parameters.text("starting_after");
    if (after.isEmpty()) {
      return register.newestFirst();
    }
    if (register.find(after.get()).isEmpty()) {
      throw ApiError.noSuchReference("object", after.get(), "starting_after");
    }
    return register.newestFirstAfter(after.get());
  }

  private static boolean isSince(FormParameters parameters, Instant created) {
    OptionalLong exactly = parameters.number("created");
    OptionalLong from = parameters.number("created[gte]");
    OptionalLong after = parameters.number("created[gt]");
    return created.getEpochSecond() >= from.orElse(exactly.orElse(Long.MIN_VALUE))
        && (after.isEmpty() || created.getEpochSecond() > after.getAsLong());
  }

  private static boolean isUntil(FormParameters parameters, Instant created) {
    OptionalLong exactly = parameters.number("created");
    OptionalLong to = parameters.number("created[lte]");
    OptionalLong before = parameters.number("created[lt]");
    return created.getEpochSecond() <= to.orElse(exactly.orElse(Long.MAX_VALUE))
        && (before.isEmpty() || created.getEpochSecond() < before.getAsLong());
  }
}
