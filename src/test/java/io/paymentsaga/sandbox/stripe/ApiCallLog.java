package io.paymentsaga.sandbox.stripe;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The last ten thousand API calls. Safe for use by many threads. */
final class ApiCallLog {
  private static final int CAPACITY = 10_000;

  private final Map<String, ApiCall> calls =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, ApiCall> eldest) {
          boolean full = size() > CAPACITY;
          forgotten += full ? 1 : 0;
          return full;
        }
      };

  private long forgotten;

  /** How many calls were too long ago. */
  synchronized long forgotten() {
    return forgotten;
  }

  synchronized void arrived(ApiCall call) {
    calls.put(call.requestId(), call);
  }

  synchronized void answered(String requestId, int status, boolean replayed) {
    calls.computeIfPresent(requestId, (id, call) -> call.answered(status, replayed));
  }

  /** Oldest first. */
  synchronized List<ApiCall> all() {
    return List.copyOf(calls.values());
  }
}
