using System.Globalization;

namespace LeVo.Testing;

/// <summary>
/// How much the tests with a short and a long form do. The suite takes the short form; <c>eng/long-checks</c> asks for the
/// long one by environment variables.
/// </summary>
public static class LongChecks
{
    /// <summary>A count: the variable's, or the short form's.</summary>
    /// <param name="variable">Name of the environment variable.</param>
    /// <param name="usual">The count of the suite.</param>
    public static int Count(string variable, int usual) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text
            ? int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture)
            : usual;
}
