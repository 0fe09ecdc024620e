package io.rlhf4j.data;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Passages of a text that look like somebody's personal data (the paper filtered its training
 * prompts for such, section 3.2). Patterns find what has a form: addresses, numbers. They cannot
 * find names, so findings go before a person, and so should samples of the rest.
 */
public final class PersonalData {
  private PersonalData() {}

  /** What kinds are looked for; earlier ones win where two overlap. */
  public enum Kind {
    /** A web address with a password in it. */
    CREDENTIALS("\\b[a-z][a-z0-9+.-]*://[^\\s/:@]+:[^\\s/@]+@\\S+", found -> true),
    EMAIL(
        "[\\p{L}\\p{N}][\\p{L}\\p{N}._%+-]*@[\\p{L}\\p{N}-]+(?:\\.[\\p{L}\\p{N}-]+)*\\.\\p{L}{2,}",
        found -> true),
    /** Keys that services give out begin with marks of their own. */
    SECRET_KEY(
        "\\b(?:sk-[A-Za-z0-9_-]{20,}|AKIA[A-Z0-9]{16}|gh[pousr]_[A-Za-z0-9]{36,}"
            + "|xox[abp]-[A-Za-z0-9-]{10,})",
        found -> true),
    IBAN("\\b[A-Z]{2}\\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\\b", PersonalData::isIban),
    CARD("(?<![\\d.])\\d(?:[ -]?\\d){12,18}(?![\\d.])", PersonalData::isCard),
    US_SOCIAL_SECURITY(
        "(?<![\\d-])(?!000|666|9)\\d{3}-(?!00)\\d{2}-(?!0000)\\d{4}(?![\\d-])", found -> true),
    IP_ADDRESS(
        "(?<![\\d.])(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)\\.){3}(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?![\\d.])",
        found -> !found.startsWith("127.") && !found.equals("0.0.0.0")),
    /** With a country code, or in the forms of North America. */
    PHONE(
        "(?<![\\w.+-])(?:\\+\\d{1,3}[ .-]?(?:\\(\\d{1,4}\\)[ .-]?)?\\d(?:[ .-]?\\d){6,11}"
            + "|(?:1[ .-])?(?:\\(\\d{3}\\) ?|\\d{3}[.-])\\d{3}[.-]\\d{4})(?![\\w-])",
        found -> true),
    /** A number before the name of a street. */
    STREET(
        "\\b\\d{1,5} (?:[A-Z][\\p{L}.']* ){1,3}"
            + "(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct)\\b\\.?",
        found -> true);

    private final Pattern pattern;
    private final Predicate<String> check;

    Kind(String pattern, Predicate<String> check) {
      this.pattern = Pattern.compile(pattern);
      this.check = check;
    }
  }

  /**
   * @param start index of its first character in the text
   * @param end index after its last one
   */
  public record Finding(Kind kind, int start, int end, String text) {}

  /** In the order of the text, none overlapping another. */
  public static List<Finding> find(String text) {
    List<Finding> findings = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      Matcher matcher = kind.pattern.matcher(text);
      while (matcher.find()) {
        int start = matcher.start();
        int end = matcher.end();
        boolean free = findings.stream().noneMatch(f -> start < f.end() && f.start() < end);
        if (free && kind.check.test(matcher.group())) {
          findings.add(new Finding(kind, start, end, matcher.group()));
        }
      }
    }
    findings.sort(Comparator.comparingInt(Finding::start));
    return findings;
  }

  /** The text with each finding replaced by its kind, as in {@code [EMAIL]}. */
  public static String redact(String text) {
    StringBuilder redacted = new StringBuilder();
    int at = 0;
    for (Finding finding : find(text)) {
      redacted.append(text, at, finding.start()).append('[').append(finding.kind()).append(']');
      at = finding.end();
    }
    return redacted.append(text, at, text.length()).toString();
  }

  /** The prompt with the findings in each of its turns replaced; it keeps its id. */
  public static Prompt redact(Prompt prompt) {
    return new Prompt(
        prompt.id(),
        prompt.messages().stream().map(m -> new Message(m.role(), redact(m.content()))).toList(),
        prompt.user(),
        prompt.useCase(),
        prompt.kind(),
        prompt.split());
  }

  /**
   * Luhn's check: doubled every second digit from the right, the digits sum to a multiple of 10.
   */
  private static boolean isCard(String found) {
    String digits = found.replaceAll("\\D", "");
    int sum = 0;
    for (int i = 0; i < digits.length(); i++) {
      int digit = digits.charAt(digits.length() - 1 - i) - '0';
      int doubled = digit * 2;
      sum += i % 2 == 0 ? digit : doubled / 10 + doubled % 10;
    }
    return sum % 10 == 0 && digits.chars().distinct().count() > 1;
  }

  /** ISO 13616: the first four characters moved to the end, letters as 10 to 35: 1 modulo 97. */
  private static boolean isIban(String found) {
    String plain = found.replace(" ", "");
    int rest = 0;
    for (char c : (plain.substring(4) + plain.substring(0, 4)).toCharArray()) {
      int value = Character.digit(c, 36);
      rest = (rest * (value < 10 ? 10 : 100) + value) % 97;
    }
    return rest == 1;
  }
}
