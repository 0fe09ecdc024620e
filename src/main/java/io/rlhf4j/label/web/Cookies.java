package io.rlhf4j.label.web;

import io.javalin.http.Context;
import io.javalin.http.Cookie;
import io.javalin.http.SameSite;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The app's cookies. No script can read them, and behind HTTPS they travel on nothing else. */
final class Cookies {
  private static final int TWO_WEEKS = (int) Duration.ofDays(14).toSeconds();

  private final boolean https;
  private final String prefix;

  /**
   * @param https whether people reach the app by HTTPS
   */
  Cookies(boolean https) {
    this.https = https;
    // Browsers take cookies of this prefix from this very host only, and only over HTTPS.
    this.prefix = https ? "__Host-rlhf4j-" : "rlhf4j-";
  }

  @Nullable String session(Context context) {
    return context.cookie(prefix + "session");
  }

  void setSession(Context context, String token) {
    set(context, "session", token, TWO_WEEKS);
  }

  void clearSession(Context context) {
    set(context, "session", "", 0);
  }

  /** The CSRF token of a browser that is not signed in. */
  @Nullable String visit(Context context) {
    return context.cookie(prefix + "visit");
  }

  void setVisit(Context context, String token) {
    set(context, "visit", token, TWO_WEEKS);
  }

  void giveNotice(Context context, String notice) {
    set(context, "notice", URLEncoder.encode(notice, StandardCharsets.UTF_8), 60);
  }

  String takeNotice(Context context) {
    String notice = context.cookie(prefix + "notice");
    if (notice == null || notice.isEmpty()) {
      return "";
    }
    set(context, "notice", "", 0);
    try {
      return URLDecoder.decode(notice, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return ""; // not one of ours
    }
  }

  private void set(Context context, String name, String value, int seconds) {
    boolean hidden = true; // from scripts
    context.cookie(
        new Cookie(prefix + name, value, "/", seconds, https, hidden, null, SameSite.LAX));
  }
}
