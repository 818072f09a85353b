using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace LeVo.Core.Configuration;

/// <summary>A configuration value with its key and line, which error messages include.</summary>
internal sealed class ConfigValue
{
    private readonly YamlConfig config;
    private readonly Mark mark;

    internal ConfigValue(YamlConfig config, string key, YamlNode node, Mark? mark = null) =>
        (this.config, Key, Node, this.mark) = (config, key, node, mark ?? node.Start);

    /// <summary>The dotted path from the root.</summary>
    public string Key { get; }

    /// <summary>Whether the value is YAML's null.</summary>
    public bool IsNull => Resolved.Node is YamlScalarNode
    {
        Style: ScalarStyle.Plain, Value: "" or "~" or "null" or "Null" or "NULL" or null,
    };

    /// <summary>The keys of a mapping, in file order.</summary>
    public IEnumerable<string> Keys => Mapping.Children.Keys.Select(key => key is YamlScalarNode { Value: { } text }
        ? text
        : throw Error("has a key that is not a string"));

    /// <summary>The items of a sequence.</summary>
    public IEnumerable<ConfigValue> Items => Resolved.Node is YamlSequenceNode sequence
        ? sequence.Children.Select((node, i) => new ConfigValue(Resolved.config, $"{Key}.{i}", node))
        : throw Error("is not a sequence");

    public string Text => Resolved.Node is YamlScalarNode { Value: { } text } ? text : throw Error("is not a string");

    public int Integer => Number is double number && number == Math.Floor(number) && Math.Abs(number) <= int.MaxValue
        ? (int)number
        : throw Error($"is '{Text}', not an integer");

    public double Number => double.TryParse(Text.Replace("_", "", StringComparison.Ordinal),
        NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number)
        ? number
        : throw Error($"is '{Text}', not a number");

    /// <summary>The value of a mapping's key, or null when the key is absent.</summary>
    public ConfigValue? this[string key]
    {
        get
        {
            ConfigValue? value = Resolved.Peek(key);
            if (value is not null)
                value.config.MarkRead(value.Key);
            return value;
        }
    }

    internal YamlNode Node { get; }

    private ConfigValue Resolved => config.Resolve(this);

    private YamlMappingNode Mapping => Resolved.Node as YamlMappingNode ?? throw Error("is not a mapping");

    /// <summary>The value at a dotted path, or null when it or one of its parents is absent or null.</summary>
    public ConfigValue? At(string path) => path.Split('.').Aggregate((ConfigValue?)this,
        (at, key) => at is { IsNull: false } ? at[key] : null) is { IsNull: false } found ? found : null;

    /// <summary>The value at a dotted path.</summary>
    /// <exception cref="InvalidDataException">It is absent.</exception>
    public ConfigValue Required(string path) =>
        At(path) ?? throw new InvalidDataException($"'{config.Path}' has no key '{Join(path)}'.");

    /// <summary>Throws if the mapping has a key other than these.</summary>
    /// <exception cref="InvalidDataException">There is another key; the message contains the key and its
    /// line.</exception>
    public void AllowOnly(params ReadOnlySpan<string> keys)
    {
        foreach (string key in Keys)
            if (!keys.Contains(key))
                throw Peek(key)!.Error($"is not a known key; the known keys are {string.Join(", ", keys.ToArray())}");
    }

    /// <summary>Creates an exception whose message contains the file, the line and the key.</summary>
    public InvalidDataException Error(string problem, Exception? cause = null) =>
        new($"'{config.Path}', line {mark.Line}: '{Key}' {problem}.", cause);

    internal ConfigValue? Peek(string key)
    {
        foreach ((YamlNode name, YamlNode node) in Mapping.Children)
            if (name is YamlScalarNode { Value: { } text } && text == key)
                return new(config, Join(key), node);
        return null;
    }

    private string Join(string key) => Key.Length == 0 ? key : $"{Key}.{key}";

    internal ConfigValue WithText(string text) =>
        new(config, Key, new YamlScalarNode(text) { Style = ScalarStyle.Any }, mark);
}
