using System.Globalization;

namespace LeVo.Samples.Shared;

/// <summary>
/// The command line of a program: options as <c>--name value</c> or <c>--name=value</c>, and flags, which have no value.
/// Problems are collected, so that one run reports all of them. A source file that each program compiles.
/// </summary>
internal sealed class ProgramArguments
{
    /// <summary>Prints the usage; every program has it.</summary>
    public const string Help = "--help";

    private readonly Dictionary<string, string> given = new(StringComparer.Ordinal);

    /// <param name="args">The arguments of the process.</param>
    /// <param name="options">Names of the options, for example <c>--model</c>.</param>
    /// <param name="flags">Names of the flags, without <c>--help</c>.</param>
    /// <param name="problems">Receives what is wrong; null for a list of its own.</param>
    public ProgramArguments(IReadOnlyList<string> args, IReadOnlyCollection<string> options,
        IReadOnlyCollection<string>? flags = null, ICollection<string>? problems = null)
    {
        Problems = problems ?? [];
        for (int i = 0; i < args.Count; i++)
        {
            string[] parts = args[i].Split('=', 2);
            (string name, string? value) = (parts[0], parts.ElementAtOrDefault(1));
            bool flag = name == Help || flags?.Contains(name) == true, known = flag || options.Contains(name);
            if (flag && value is not null)
                Problems.Add($"{name} takes no value.");
            if (!flag && value is null && name.StartsWith("--", StringComparison.Ordinal)
                && i + 1 < args.Count && !args[i + 1].StartsWith("--", StringComparison.Ordinal))
                value = args[++i];
            if (!known)
                Problems.Add($"'{name}' is no option; --help lists them.");
            else if (!flag && value is null)
                Problems.Add($"{name} lacks its value (write {name}=VALUE where it begins with two hyphens).");
            else if (!given.TryAdd(name, value ?? ""))
                Problems.Add($"{name} is given twice.");
        }
    }

    /// <summary>What is wrong with the command line.</summary>
    public ICollection<string> Problems { get; }

    /// <summary>Whether an option or a flag is given.</summary>
    public bool Has(string name) => given.ContainsKey(name);

    /// <summary>Reports each of these options that is not given, unless only the help is asked for.</summary>
    public void Require(params ReadOnlySpan<string> options)
    {
        foreach (string option in options)
            if (!Has(option) && !Has(Help))
                Problems.Add($"{option} is missing.");
    }

    /// <summary>The value of an option; null where it is not given.</summary>
    public string? Text(string option) => given.GetValueOrDefault(option);

    /// <summary>A whole number; null where the option is not given or is wrong.</summary>
    public ulong? Number(string option, ulong least, ulong most)
    {
        if (Text(option) is not { Length: > 0 } text)
            return null;
        if (ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number)
            && number >= least && number <= most)
            return number;
        Problems.Add($"{option} takes a whole number from {least} to {most}, not '{text}'.");
        return null;
    }

    /// <summary>A whole number of at least <paramref name="least"/>; the default where the option is not given.</summary>
    public int Count(string option, int byDefault, int least = 1) =>
        (int?)Number(option, (ulong)least, int.MaxValue) ?? byDefault;

    /// <summary>A positive number; null where the option is not given or is wrong.</summary>
    public double? Positive(string option)
    {
        if (Text(option) is not { } text)
            return null;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            && number > 0 && double.IsFinite(number))
            return number;
        Problems.Add($"{option} takes a positive number, not '{text}'.");
        return null;
    }

    /// <summary>A number; null where the option is not given or is wrong.</summary>
    public double? Real(string option)
    {
        if (Text(option) is not { Length: > 0 } text)
            return null;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number))
            return number;
        Problems.Add($"{option} takes a number, not '{text}'.");
        return null;
    }

    /// <summary>Values separated by commas; the default where the option is not given.</summary>
    /// <param name="option">The option.</param>
    /// <param name="byDefault">The default.</param>
    /// <param name="known">The values that there are; null for any.</param>
    public string[] List(string option, string[] byDefault, string[]? known = null)
    {
        string[] values = Text(option)?.Split(',') ?? byDefault;
        foreach (string value in values.Where(value => known?.Contains(value) == false))
            Problems.Add($"{option} takes {string.Join(", ", known!)}, not '{value}'.");
        return values;
    }

    /// <summary>A value of an enum, in lower case; the first one where the option is not given or is wrong.</summary>
    public T Choice<T>(string option) where T : struct, Enum
    {
        string? text = Text(option);
        if (string.IsNullOrEmpty(text))
            return default;
        foreach (T choice in Enum.GetValues<T>())
            if (Name(choice) == text)
                return choice;
        Problems.Add($"{option} is one of {string.Join(", ", Enum.GetValues<T>().Select(Name))}, not '{text}'.");
        return default;
    }

    /// <summary>An enum value as it is written on the command line.</summary>
    public static string Name<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();

    /// <summary>
    /// Prints the usage where it is asked for, or the problems where there are any. The result is the exit code; null
    /// where the program may start.
    /// </summary>
    public int? Answer(string usage)
    {
        if (Has(Help))
        {
            Console.WriteLine(usage);
            return 0;
        }
        foreach (string problem in Problems)
            Console.Error.WriteLine($"error: {problem}");
        return Problems.Count > 0 ? 2 : null;
    }
}
