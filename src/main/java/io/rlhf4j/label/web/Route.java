package io.rlhf4j.label.web;

/**
 * One row of the route table: an address, who may use it, and what it does. {@link Gate} checks the
 * first two before the third is asked.
 *
 * @param path as in {@code /work/{campaign}}
 * @param maxBody bytes of body accepted; 0 for none
 */
public record Route(Method method, String path, Access access, int maxBody, Action action) {
  private static final int FORM = 64 * 1024;

  /** The verbs in use; all but GET change something and need the CSRF token. */
  public enum Method {
    GET,
    POST,
    PUT
  }

  /** What a route does once the gate let somebody through. */
  @FunctionalInterface
  public interface Action {
    void run(Exchange exchange);
  }

  public static Route get(String path, Access access, Action action) {
    return new Route(Method.GET, path, access, 0, action);
  }

  /** A form or a small JSON text. */
  public static Route post(String path, Access access, Action action) {
    return new Route(Method.POST, path, access, FORM, action);
  }

  public Route withMaxBody(int bytes) {
    return new Route(method, path, access, bytes, action);
  }
}
