using System.Globalization;
using LeVo.Core;
using LeVo.Core.Adapters;
using LeVo.Core.Generation;
using LeVo.Samples.Shared;

namespace LeVo.Samples.Compose;

/// <summary>Groups of settings that have a name.</summary>
internal enum Preset
{
    /// <summary>The model's own settings.</summary>
    None,

    /// <summary>The released low-memory mode: one half of the model in memory at a time, and its sampling.</summary>
    LowMemory,
}

/// <summary>How the model is found and loaded.</summary>
internal sealed record ModelSetup
{
    public const string Usage = """
          --check             prints what the model folder has, and what loading it takes, without loading it
          --root DIR          one more folder to look in for what config.yaml names: ckpt/, third_party/, conf/
          --adapter LIST      LoRA adapters, FILE[:SCALE] separated by commas: folders with adapter_model.safetensors and
                              adapter_config.json, as peft and LeVo's training write them
          --kv-cache TYPE     of the keys and values that the cpu backend keeps of a song: float16 (default), or int8 for
                              half of the memory and faster steps of long songs
          --codec-precision TYPE
                              of the matrix products that make the sound: float32 (default); bfloat16 is faster on processors
                              with such products (AVX-512 BF16, AMX) and on GPUs, float16 on GPUs
          --preset NAME       low-memory: frees the language model before the sound is made, and samples as the released
                              low-memory mode does
        """;

    /// <summary>The options with a value.</summary>
    public static readonly string[] Options = ["--root", "--adapter", "--preset", "--kv-cache", "--codec-precision"];

    /// <summary>The options without a value.</summary>
    public static readonly string[] Flags = ["--check"];

    /// <summary>Whether the model is only looked at.</summary>
    public bool Check { get; private init; }

    /// <summary>One more folder to look in, or null.</summary>
    public string? Root { get; private init; }

    public Preset Preset { get; private init; }

    /// <summary>The adapters.</summary>
    public IReadOnlyList<ModelAdapter> Adapters { get; private init; } = [];

    /// <summary>Type of cached keys and values; null means the backend's own.</summary>
    public ModelPrecision? KvCache { get; private init; }

    /// <summary>Type of the codec's matrix products.</summary>
    public ModelPrecision CodecPrecision { get; private init; }

    /// <summary>Reads the options.</summary>
    public static ModelSetup Parse(ProgramArguments line)
    {
        string? root = line.Text("--root"), preset = line.Text("--preset");
        if (!string.IsNullOrEmpty(root) && !Directory.Exists(root))
            line.Problems.Add($"--root: there is no folder '{root}'.");
        if (preset is not (null or "" or "low-memory"))
            line.Problems.Add($"--preset is low-memory, not '{preset}'.");
        return new()
        {
            Check = line.Has("--check"),
            Root = root,
            Adapters = [.. line.List("--adapter", []).Select(text => AdapterOf(text, line))],
            Preset = preset == "low-memory" ? Preset.LowMemory : Preset.None,
            KvCache = line.Has("--kv-cache") ? line.Choice<ModelPrecision>("--kv-cache") : null,
            CodecPrecision = line.Choice<ModelPrecision>("--codec-precision"),
        };
    }

    /// <summary>
    /// The backend: what is given, or what the precision needs, or the fast one for processors. LibTorch computes on other
    /// devices.
    /// </summary>
    public static ModelBackend BackendOf(ModelBackend? given, ModelPrecision? precision, Device device) => given ??
        (device != Device.Cpu || precision is not (null or ModelPrecision.Int8 or ModelPrecision.Int4)
            ? ModelBackend.Torch
            : ModelBackend.Cpu);

    /// <summary>Reads FILE[:SCALE]; a file may have a colon in its name.</summary>
    private static ModelAdapter AdapterOf(string text, ProgramArguments line)
    {
        int colon = text.LastIndexOf(':');
        ModelAdapter adapter = !Path.Exists(text) && colon > 0 && double.TryParse(text.AsSpan(colon + 1), NumberStyles.Float,
            CultureInfo.InvariantCulture, out double scale) && double.IsFinite(scale)
                ? new(text[..colon], scale)
                : new(text);
        if (!Path.Exists(adapter.Path))
            line.Problems.Add($"--adapter: there is no '{adapter.Path}'.");
        return adapter;
    }

    /// <summary>Sets all options of the library.</summary>
    public void Apply(LeVoOptions options, string path, Arguments arguments)
    {
        options.ModelPath = path;
        options.ExtraRoot = Root;
        options.Adapters = Adapters;
        options.Device = Arguments.Name(arguments.Device);
        (options.Backend, options.Precision) = (arguments.Backend, arguments.Precision);
        options.KvCachePrecision = KvCache;
        options.CodecPrecision = CodecPrecision;
        options.Threads = arguments.Threads;
        options.MaxConcurrentSongs = arguments.Songs.Parallel;
        if (!arguments.Prompts.IsCached)
            options.PromptCacheFolder = "";
        if (Preset == Preset.LowMemory)
        {
            options.Residency = ModelResidency.OneAtATime;
            options.Generation = new() { Temperature = 0.9, TopK = 50 };
        }
    }

    /// <summary>Prints what the model folder has; the result tells whether it can be loaded.</summary>
    public static bool TryCheck(string path, Arguments arguments, Terminal terminal)
    {
        var options = new LeVoOptions();
        arguments.Setup.Apply(options, path, arguments);
        ModelReport report = LeVoModel.Inspect(options);
        foreach (string line in report.Lines)
            terminal.WriteResult(line);
        foreach (string problem in report.Problems)
            terminal.WriteMessage($"error: {problem}");
        return report.Problems.Count == 0;
    }
}
