package io.rlhf4j.label.web;

import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.rlhf4j.label.store.Ids;
import io.rlhf4j.label.store.SessionStore;
import io.rlhf4j.label.store.SessionStore.Session;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * The one door to all routes. In this order it checks: the size of the body, who is signed in,
 * whether that role may use the route, and whether the request comes from a page of this app.
 */
final class Gate {
  private static final long DRAINED = 8L * 1024 * 1024;

  private final SessionStore sessions;
  private final Exchange.Frame frame;

  Gate(SessionStore sessions, Exchange.Frame frame) {
    this.sessions = sessions;
    this.frame = frame;
  }

  Handler before(Route route) {
    return context -> {
      byte[] body = body(context, route);
      Session session = session(context);
      if (route.access() != Access.PUBLIC) {
        if (session == null) {
          turnAway(context, route);
          return;
        }
        if (!route.access().allows(session.person().role())) {
          throw new Refusal(
              403, "This page is not for you as a " + session.person().role().title + ".");
        }
      }
      String csrf = session != null ? session.csrf() : visitor(context);
      if (route.method() != Route.Method.GET) {
        requireOwnPage(context, csrf, body);
      }
      route.action().run(new Exchange(context, frame, session, csrf, body));
    };
  }

  private static byte[] body(Context context, Route route) throws IOException {
    if (route.method() == Route.Method.GET) {
      return new byte[0];
    }
    int most = route.maxBody();
    Refusal tooLong = new Refusal(413, "That is too much at once: at most " + most + " bytes.");
    if (context.req().getContentLengthLong() > most + DRAINED) {
      throw tooLong;
    }
    try (InputStream in = context.req().getInputStream()) {
      byte[] body = in.readNBytes(most + 1); // the length may not have been announced, or wrongly
      if (body.length > most) {
        drain(in);
        throw tooLong;
      }
      return body;
    }
  }

  /**
   * Lets the sender finish, within bounds: who is cut off while sending sees a broken connection in
   * place of the refusal, and tries again.
   */
  private static void drain(InputStream in) throws IOException {
    byte[] dropped = new byte[8192];
    long left = DRAINED;
    for (int n = in.read(dropped); n >= 0 && left > 0; n = in.read(dropped)) {
      left -= n;
    }
  }

  @Nullable Session session(Context context) {
    String token = frame.cookies().session(context);
    return token == null || token.isEmpty() ? null : sessions.find(token);
  }

  /** Before signing in, the token is a cookie of its own, which other sites can neither read. */
  private String visitor(Context context) {
    String token = frame.cookies().visit(context);
    if (token == null || token.length() < 40) {
      token = Ids.token();
      frame.cookies().setVisit(context, token);
    }
    return token;
  }

  private static void turnAway(Context context, Route route) {
    boolean page = route.method() == Route.Method.GET && !context.path().startsWith("/api/");
    if (!page) {
      throw new Refusal(401, "You are not signed in; nothing was stored. Sign in and try again.");
    }
    String next = URLEncoder.encode(context.path(), StandardCharsets.UTF_8);
    context.status(303).header("Location", "/login?next=" + next);
  }

  private static void requireOwnPage(Context context, String csrf, byte[] body) {
    String site = context.header("Sec-Fetch-Site");
    boolean foreign = site != null && !site.equals("same-origin") && !site.equals("none");
    String sent = context.header("X-CSRF-Token");
    if (sent == null) {
      String type = context.contentType();
      boolean form = type != null && type.startsWith("application/x-www-form-urlencoded");
      sent = form ? Form.parse(body).get("_csrf") : "";
    }
    boolean same =
        MessageDigest.isEqual(
            sent.getBytes(StandardCharsets.UTF_8), csrf.getBytes(StandardCharsets.UTF_8));
    if (foreign || !same) {
      throw new Refusal(
          403, "This form is out of date; nothing was stored. Load the page again and repeat it.");
    }
  }
}
