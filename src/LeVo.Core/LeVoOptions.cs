using LeVo.Core.Adapters;
using LeVo.Core.Generation;
using LeVo.Core.Model;
using LeVo.Core.Prompts;
using LeVo.Core.Residency;

namespace LeVo.Core;

/// <summary>What the language model computes with.</summary>
public enum ModelBackend
{
    /// <summary>LibTorch through TorchSharp, on any device.</summary>
    Torch,

    /// <summary>The engine for processors: quantised weights, no libtorch.</summary>
    Cpu,
}

/// <summary>Type of weights.</summary>
public enum ModelPrecision
{
    /// <summary>32-bit floating point: the reference.</summary>
    Float32,

    /// <summary>16-bit brain floating point.</summary>
    BFloat16,

    /// <summary>16-bit floating point: what the models were released and run in.</summary>
    Float16,

    /// <summary>8-bit integers with a scale for each group of 32; <see cref="ModelBackend.Cpu"/> alone.</summary>
    Int8,

    /// <summary>4-bit integers with a scale for each group of 32, 8-bit in the heads; <see cref="ModelBackend.Cpu"/>
    /// alone.</summary>
    Int4,
}

/// <summary>Which model to load, and how.</summary>
public sealed class LeVoOptions
{
    private const int MaxThreads = 1024, MaxSongs = 1024;

    /// <summary>The model folder, the one of <c>config.yaml</c> or of GGUF files, or a GGUF file with a language model, which
    /// chooses it among those of its folder; a relative path starts in the current folder or, where it does not exist, in the
    /// application's folder.</summary>
    public string ModelPath { get; set; } = "";

    /// <summary>One more folder in which parts that the configuration names are looked up, or null.</summary>
    public string? ExtraRoot { get; set; }

    /// <summary>The device: <c>cpu</c>, <c>cuda</c>, <c>cuda:1</c> or <c>mps</c>. It is never selected automatically.</summary>
    public string Device { get; set; } = "cpu";

    /// <summary>What the language model computes with. The music codec always computes with libtorch.</summary>
    public ModelBackend Backend { get; set; }

    /// <summary>
    /// Type of weights; null for the backend's own: of <see cref="ModelBackend.Torch"/>
    /// <see cref="ModelPrecision.Float16"/> on CUDA, as the models were released, and <see cref="ModelPrecision.Float32"/>
    /// elsewhere; of <see cref="ModelBackend.Cpu"/> <see cref="ModelPrecision.Int8"/>. The CPU backend keeps the
    /// quantised weights in a file beside the model's, if it can be written.
    /// </summary>
    public ModelPrecision? Precision { get; set; }

    /// <summary>
    /// Type of the keys and values that <see cref="ModelBackend.Cpu"/> keeps of a song: null for
    /// <see cref="ModelPrecision.Float16"/>, or <see cref="ModelPrecision.Int8"/> with a scale for each head and position,
    /// which takes half of the memory and makes the steps of long songs faster.
    /// </summary>
    public ModelPrecision? KvCachePrecision { get; set; }

    /// <summary>
    /// Type of the matrix products of the music codec's flow decoder. With <see cref="ModelPrecision.Float32"/>, the default,
    /// the sound is as exact as the released codec's. <see cref="ModelPrecision.BFloat16"/> is faster on processors with
    /// products of that type (AVX-512 BF16, AMX) and on GPUs, <see cref="ModelPrecision.Float16"/> on GPUs only. The rest of the
    /// codec computes in float32.
    /// </summary>
    public ModelPrecision CodecPrecision { get; set; }

    /// <summary>Threads of <see cref="ModelBackend.Cpu"/>; null for the physical cores. LibTorch's threads are the
    /// application's choice.</summary>
    public int? Threads { get; set; }

    /// <summary>
    /// The maximum number of songs that are generated at the same time, each on a dedicated thread; further ones wait in the
    /// order of their requests. Null for the number of processors, or the number of songs of maximum length that fit into
    /// half of the memory if that is smaller. GPU memory is not taken into account: set this value there.
    /// </summary>
    public int? MaxConcurrentSongs { get; set; }

    /// <summary>What stays in memory between the tokens of a song and its sound.</summary>
    public ModelResidency Residency { get; set; }

    /// <summary>The parts of which one at a time is in memory, where <see cref="Residency"/> says so; those who load parts
    /// with these options share it.</summary>
    internal ResidentGroup Residents { get; } = new();

    /// <summary>The precision in effect.</summary>
    internal ModelPrecision EffectivePrecision =>
        Precision ?? (Backend == ModelBackend.Cpu ? ModelPrecision.Int8
            : Device?.StartsWith("cuda", StringComparison.Ordinal) == true ? ModelPrecision.Float16 : ModelPrecision.Float32);

    /// <summary>LoRA adapters that are added to the weights when the model is loaded; several are summed. The CPU backend
    /// keeps a file of quantised weights for each combination.</summary>
    public IReadOnlyList<ModelAdapter> Adapters { get; set; } = [];

    /// <summary>The folder that keeps the codes of audio prompts; null for the user's,
    /// <see cref="PromptLoader.DefaultCacheFolder"/>, and empty for none.</summary>
    public string? PromptCacheFolder { get; set; }

    /// <summary>How tokens are picked unless a request says otherwise; what is null has the model folder's
    /// value.</summary>
    public GenerationOptions? Generation { get; set; }

    /// <summary>Everything that is wrong with these options; no files of the model are read.</summary>
    internal IEnumerable<string> Problems()
    {
        if (string.IsNullOrWhiteSpace(ModelPath))
            yield return "ModelPath is not set; it names the model folder.";
        else if (!Path.Exists(ModelFolder.Locate(ModelPath)))
            yield return $"ModelPath: there is no folder '{Path.GetFullPath(ModelPath)}'.";
        if (ExtraRoot is not null && !Directory.Exists(ExtraRoot))
            yield return $"ExtraRoot: there is no folder '{ExtraRoot}'.";
        string[] device = (Device ?? "").Split(':');
        if (device is not (["cpu" or "cuda" or "mps"] or ["cuda", _])
            || (device.Length == 2 && !ushort.TryParse(device[1], out _)))
        {
            yield return $"Device is '{Device}'; it must be cpu, cuda, cuda:N or mps.";
        }
        bool quantized = EffectivePrecision is ModelPrecision.Int8 or ModelPrecision.Int4;
        if (!Enum.IsDefined(Backend))
            yield return $"Backend {Backend} is unknown.";
        else if (!Enum.IsDefined(EffectivePrecision))
            yield return $"Precision {Precision} is unknown.";
        else if (quantized != (Backend == ModelBackend.Cpu))
            yield return $"Precision is {Precision}; the backend {Backend} computes in {PrecisionsOf(Backend)}.";
        if (Backend == ModelBackend.Cpu && Device != "cpu")
            yield return $"Device is '{Device}'; the backend {Backend} computes on cpu.";
        if (KvCachePrecision is not (null or ModelPrecision.Float16 or ModelPrecision.Int8))
            yield return $"KvCachePrecision is {KvCachePrecision}; it must be Float16 or Int8.";
        else if (KvCachePrecision is not null && Backend != ModelBackend.Cpu)
            yield return $"KvCachePrecision is {KvCachePrecision}; only the backend {ModelBackend.Cpu} takes it.";
        if (CodecPrecision is not (ModelPrecision.Float32 or ModelPrecision.BFloat16 or ModelPrecision.Float16))
            yield return $"CodecPrecision is {CodecPrecision}; it must be Float32, BFloat16 or Float16.";
        else if (CodecPrecision == ModelPrecision.Float16 && Device == "cpu")
            yield return "CodecPrecision is Float16, which needs a GPU; on cpu it must be Float32 or BFloat16.";
        if (Threads is < 1 or > MaxThreads)
            yield return $"Threads is {Threads}; it must lie between 1 and {MaxThreads}.";
        if (MaxConcurrentSongs is < 1 or > MaxSongs)
            yield return $"MaxConcurrentSongs is {MaxConcurrentSongs}; it must lie between 1 and {MaxSongs}.";
        if (!Enum.IsDefined(Residency))
            yield return $"Residency {Residency} is unknown.";
        else if (Residency == ModelResidency.OneAtATime && MaxConcurrentSongs > 1)
            yield return $"MaxConcurrentSongs is {MaxConcurrentSongs}; with Residency {Residency} songs are made one by one.";
        foreach (ModelAdapter adapter in Adapters)
        {
            if (!Path.Exists(adapter.Path))
                yield return $"Adapters: there is no '{adapter.Path}'.";
            if (!double.IsFinite(adapter.Scale))
                yield return $"Adapters: the scale of '{adapter.Path}' is {adapter.Scale}; it must be finite.";
        }
        foreach (string problem in Generation?.Problems() ?? [])
            yield return $"Generation: {problem}";
    }

    /// <summary>All settings of the sampler: these over the model folder's.</summary>
    internal GenerationOptions SamplingOver(LevoSampling sampling) =>
        (Generation ?? new()).Over(GenerationOptions.Of(sampling));

    /// <summary>Songs of a model that are made at the same time.</summary>
    internal int SongsOf(LeLmConfig config) => Residency == ModelResidency.OneAtATime ? 1 : MaxConcurrentSongs ?? SongQueue.DefaultPlaces(config,
        this.CacheElementBytes(config),
        GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, Environment.ProcessorCount);

    private static string PrecisionsOf(ModelBackend backend) => backend == ModelBackend.Cpu
        ? "Int8 or Int4"
        : "Float32, BFloat16 or Float16";
}
