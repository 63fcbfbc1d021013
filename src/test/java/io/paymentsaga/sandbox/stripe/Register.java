package io.paymentsaga.sandbox.stripe;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Objects of one kind in the order they were created. */
final class Register<T extends StripeObject> {
  private final List<T> inOrder = new ArrayList<>();
  private final Map<String, Integer> places = new HashMap<>();

  T add(T object) {
    places.put(object.id(), inOrder.size());
    inOrder.add(object);
    return object;
  }

  Optional<T> find(String id) {
    return Optional.ofNullable(places.get(id)).map(inOrder::get);
  }

  Stream<T> newestFirst() {
    return olderThan(inOrder.size());
  }

  /** Everything created before the object of this id, which must be known. */
  Stream<T> newestFirstAfter(String id) {
    return olderThan(places.get(id));
  }

  private Stream<T> olderThan(int place) {
    return IntStream.iterate(place - 1, index -> index >= 0, index -> index - 1)
        .mapToObj(inOrder::get);
  }
}
