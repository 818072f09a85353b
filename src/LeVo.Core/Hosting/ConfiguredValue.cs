using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace LeVo.Core.Hosting;

/// <summary>A value of the configuration. What is not set, or of another type, is null; the latter is a problem.</summary>
/// <param name="section">The value.</param>
/// <param name="problems">Receives what can't be read, with its path.</param>
internal sealed class ConfiguredValue(IConfigurationSection section, List<string> problems)
{
    public List<string> Problems => problems;

    public string? Text() => IsSet() ? section.Value : null;

    public int? Integer()
    {
        if (!IsSet())
            return null;
        if (int.TryParse(section.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value))
            return value;
        return Problem<int>("an integer");
    }

    public double? Number()
    {
        if (!IsSet())
            return null;
        if (double.TryParse(section.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double value))
            return value;
        return Problem<double>("a number");
    }

    public bool? Boolean()
    {
        if (!IsSet())
            return null;
        if (bool.TryParse(section.Value, out bool value))
            return value;
        return Problem<bool>("true or false");
    }

    public T? Enum<T>()
        where T : struct, Enum
    {
        if (!IsSet())
            return null;
        // TryParse alone also takes numbers and lists.
        string[] names = System.Enum.GetNames<T>();
        if (names.Contains(section.Value, StringComparer.OrdinalIgnoreCase))
            return System.Enum.Parse<T>(section.Value!, ignoreCase: true);
        return Problem<T>(string.Join(" or ", names));
    }

    /// <summary>The keys below; a plain value in their place is a problem.</summary>
    public IEnumerable<IConfigurationSection> Children()
    {
        if (!string.IsNullOrEmpty(section.Value))
            problems.Add($"{section.Path} is '{section.Value}'; it must be a section.");
        return section.GetChildren();
    }

    private bool IsSet()
    {
        if (section.GetChildren().Any())
            problems.Add($"{section.Path} is a section; it must be a value.");
        return !string.IsNullOrEmpty(section.Value);
    }

    private T? Problem<T>(string expected)
        where T : struct
    {
        problems.Add($"{section.Path} is '{section.Value}'; it must be {expected}.");
        return null;
    }
}
