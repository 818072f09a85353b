using LeVo.Core.Adapters;
using LeVo.Core.Checkpoints;
using LeVo.Core.Conditioning;
using LeVo.Core.Cpu;
using LeVo.Core.Cpu.Kernels;
using LeVo.Core.Cpu.Weights;
using LeVo.Core.Engines;
using LeVo.Core.Generation;
using LeVo.Core.Model;
using LeVo.Core.Runtime;
using LeVo.Core.Text;
using LeVo.Core.Torch.LanguageModel;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace LeVo.Core;

/// <content>From a folder.</content>
public sealed partial class LeVoModel
{
    /// <summary>Loads a model folder in float32 on the CPU.</summary>
    /// <inheritdoc cref="Load(LeVoOptions, ILogger)"/>
    public static LeVoModel Load(string path) => Load(new LeVoOptions { ModelPath = path });

    /// <summary>Loads a model folder.</summary>
    /// <param name="options">The folder, backend, device and precision.</param>
    /// <param name="logger">Receives warnings about the folder.</param>
    /// <exception cref="ArgumentException">The options are out of range.</exception>
    /// <exception cref="ModelLoadException">Files or tensors are missing or broken; lists them all.</exception>
    /// <exception cref="LeVoRuntimeException">TorchSharp's native libraries cannot be loaded, or lack the
    /// device.</exception>
    public static LeVoModel Load(LeVoOptions options, ILogger? logger = null) =>
        LoadCancelable(options, logger, CancellationToken.None);

    /// <summary>Loads a model folder; cancellation stops before the next tensor.</summary>
    internal static LeVoModel LoadCancelable(LeVoOptions options, ILogger? logger, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Problems().ToArray() is { Length: > 0 } problems)
            throw new ArgumentException(string.Join(' ', problems), nameof(options));
        return Load(
            ModelFolder.Open(options.ModelPath, options.ExtraRoot, logger), options, logger, cancellationToken);
    }

    internal static LeVoModel Load(ModelFolder folder, LeVoOptions options, ILogger? logger = null,
        CancellationToken cancellationToken = default)
    {
        try
        {
            LeLmConfig config = folder.Config;
            ConditionPreparer preparer = ConditionPreparer.Load(config, folder.TokenizerFolder);
            AdapterSet adapters = AdapterSet.Read(options.Adapters, folder);
            var info = new ModelInfo(Path.GetFileName(folder.Path), adapters.HashWith(folder.Hash), config.FrameRate,
                ModelInfo.LongestDuration(config), options.SamplingOver(folder.Levo.Sampling))
            {
                PromptDuration = TimeSpan.FromSeconds(config.PromptSeconds),
                Adapters = adapters.Infos,
            };
            ILeLmEngine engine = LoadResident(folder, options, stop => options.Backend == ModelBackend.Cpu
                ? LoadCpu(folder, options, adapters, logger ?? NullLogger.Instance, stop)
                : LoadTorch(folder, options, adapters, stop), cancellationToken);
            return new(engine, preparer, info, options.SongsOf(config));
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new ModelLoadException(folder.LeLmName, [e.Message], e);
        }
    }

    private static TorchEngine LoadTorch(
        ModelFolder folder, LeVoOptions options, AdapterSet adapters, CancellationToken cancellationToken)
    {
        using var checkpoint = new StoppableCheckpoint(folder.OpenLeLm(), cancellationToken);
        return TorchEngine.Load(
            checkpoint, folder.Config, options.Device, options.EffectivePrecision.ToElementType(), folder.LeLmName,
            adapters);
    }

    private static CpuEngine LoadCpu(
        ModelFolder folder, LeVoOptions options, AdapterSet adapters, ILogger logger, CancellationToken cancellationToken)
    {
        var checkpoint = new StoppableCheckpoint(folder.OpenLeLm(), cancellationToken);
        var cache = CacheFolder.Beside(folder.LeLmFile, adapters);
        cache.KeepRecent();
        var how = new CpuEngineOptions
        {
            Bits = options.EffectivePrecision.ToWeightBits(),
            KvFormat = options.ToKvFormat(),
            Threads = options.Threads,
            Cache = cache,
        };
        IFloatSource weights = new CheckpointFloats(checkpoint);
        return CpuEngine.Build(adapters.IsEmpty ? weights : new AdaptedFloats(weights, adapters), folder.Config, how, folder.LeLmName,
            reason => LogNoCacheFile(logger, reason));
    }

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "The quantised weights can't be saved and are computed again at every start: {Reason}")]
    private static partial void LogNoCacheFile(ILogger logger, string reason);
}
