using LeVo.Core.Cpu.Kernels;
using LeVo.Core.Cpu.Weights;
using LeVo.Core.Generation;
using LeVo.Core.Inspection;
using LeVo.Core.Model;

namespace LeVo.Core;

/// <summary>Bytes that a language model takes, from its configuration alone.</summary>
/// <param name="Weights">The weights.</param>
/// <param name="StepBytes">The weights that one step reads.</param>
/// <param name="LongestSong">The caches of the longest song.</param>
/// <param name="ShortSong">The caches of a song of <see cref="ShortSeconds"/>.</param>
/// <param name="KeptPrefix">Keys and values of the conditions that were read last, which the CPU engine keeps for the next
/// song.</param>
internal sealed record MemoryNeed(long Weights, long StepBytes, long LongestSong, long ShortSong, long KeptPrefix)
{
    private const double ShortSeconds = 30;

    private static readonly (ModelBackend Backend, ModelPrecision Precision)[] Settings =
    [
        (ModelBackend.Cpu, ModelPrecision.Int8), (ModelBackend.Cpu, ModelPrecision.Int4),
        (ModelBackend.Torch, ModelPrecision.BFloat16),
    ];

    /// <summary>What a model takes with a backend and a precision.</summary>
    public static MemoryNeed Of(
        LeLmConfig config, ModelBackend backend, ModelPrecision precision, ModelPrecision? kvCache = null)
    {
        var tensors = new LeLmTensors(config);
        int element = precision == ModelPrecision.Float32 ? sizeof(float) : sizeof(ushort);
        double cached = new LeVoOptions { Backend = backend, Precision = precision, KvCachePrecision = kvCache }
            .CacheElementBytes(config);
        (long weights, long step) = backend == ModelBackend.Cpu
            ? Quantised(tensors, precision)
            : (tensors.Used.Sum(tensor => tensor.Count) * element, Matrices(tensors) * element);
        int frames = (int)Math.Min(config.MaxFrames, ShortSeconds * config.FrameRate);
        return new(weights, step, SongQueue.SongBytes(config, config.MaxFrames, cached),
            SongQueue.SongBytes(config, frames, cached),
            backend == ModelBackend.Cpu ? SongQueue.PrefixBytes(config, cached) : 0);
    }

    /// <summary>Refuses settings with which not even a short song fits.</summary>
    /// <param name="folder">The model.</param>
    /// <param name="options">The settings; only those of the CPU's memory are checked.</param>
    /// <param name="limit">Bytes of memory that there are.</param>
    /// <exception cref="ModelLoadException">The model does not fit; the message names settings that help.</exception>
    public static void Require(ModelFolder folder, LeVoOptions options, long limit)
    {
        if (Problem(folder.Config, options, limit) is { } problem)
            throw new ModelLoadException(folder.LeLmName, [problem]);
    }

    /// <summary>Why a short song does not fit, with the settings that help, or null.</summary>
    public static string? Problem(LeLmConfig config, LeVoOptions options, long limit)
    {
        if (options.Device != "cpu")
            return null;
        MemoryNeed need = Of(config, options.Backend, options.EffectivePrecision, options.KvCachePrecision);
        if (need.Least <= limit)
            return null;
        string[] help = [.. Settings.Select(setting => (setting, Of(config, setting.Backend, setting.Precision).Least))
            .Where(pair => pair.Least <= limit && pair.Least < need.Least)
            .Select(pair => $"Backend {pair.setting.Backend} with Precision {pair.setting.Precision} ({ByteText.Of(pair.Least)})")];
        return $"Backend {options.Backend} with Precision {options.EffectivePrecision} needs {ByteText.Of(need.Least)} for the weights "
            + $"and a song of {ShortSeconds} s, and this machine or container has {ByteText.Of(limit)}; "
            + (help.Length > 0 ? $"these settings fit: {string.Join(", ", help)}" : "no setting of the precision fits");
    }

    private long Least => Weights + ShortSong + KeptPrefix;

    private static (long Weights, long Step) Quantised(LeLmTensors tensors, ModelPrecision precision)
    {
        var plan = new WeightPlan();
        _ = new LeLmWeights(plan, tensors, precision.ToWeightBits());
        return (plan.Bytes, plan.MatrixBytes);
    }

    /// <summary>Elements of the matrices that every step multiplies with.</summary>
    private static long Matrices(LeLmTensors tensors) => tensors.LayerMatrices.Sum(matrix => matrix.Count)
        + tensors.MixedHead.Weight.Count + tensors.TrackHeads.Sum(head => head.Weight.Count)
        + tensors.Bridge.Inner.Weight.Count + tensors.Bridge.Outer.Weight.Count;
}
