using System.Globalization;
using LeVo.Core.Adapters;
using LeVo.Core.Checkpoints;
using LeVo.Core.Cpu;
using LeVo.Core.Cpu.Kernels;
using LeVo.Core.Cpu.Weights;
using LeVo.Core.Inspection;
using LeVo.Core.Model;
using LeVo.Core.Runtime;
using Microsoft.Extensions.Logging;

namespace LeVo.Core;

/// <summary>Makes the report about a model folder; no weights are read.</summary>
internal sealed class ModelInspector(LeVoOptions options, ILogger? logger, long memory)
{
    private readonly List<string> lines = [];
    private readonly List<string> problems = [];

    public ModelReport Inspect()
    {
        ModelFolder folder;
        try
        {
            folder = ModelFolder.Open(options.ModelPath, options.ExtraRoot, logger);
        }
        catch (ModelLoadException e)
        {
            return new([$"model: {Path.GetFullPath(ModelFolder.Locate(options.ModelPath))}"], e.Problems);
        }
        LeLmConfig config = folder.Config;
        lines.Add(string.Create(CultureInfo.InvariantCulture,
            $"model: {folder.Path}, text rules {config.TextRules}, songs of up to {config.MaxSeconds} s"));
        lines.Add($"layout: {FolderLayout.Describe(folder.Path, folder.DualCodecFile ?? folder.TokenizerFolder, options.ExtraRoot)}");
        PartReport? leLm = LanguageModel(folder);
        lines.Add($"tokenizer: {folder.TokenizerFolder}");
        long codec = Codec(folder);
        MemoryNeed need = MemoryNeed.Of(config, options.Backend, options.EffectivePrecision, options.KvCachePrecision);
        long cache = Cache(folder, need);
        long total = Memory(need, codec, options.SongsOf(config));
        if (MemoryNeed.Problem(config, options, memory) is { } problem)
            problems.Add(problem);
        if (leLm is not null)
            Times(folder, leLm, need, cache);
        return new(lines, problems) { CacheBytes = cache, MemoryBytes = total };
    }

    private PartReport? LanguageModel(ModelFolder folder)
    {
        using ICheckpoint? file = Guard(folder.OpenLeLm);
        if (file is null)
            return null;
        PartReport part = PartReport.Of("language model", file);
        lines.Add(part.ToString());
        problems.AddRange(new LeLmTensors(folder.Config).Used.Select(tensor =>
        {
            StoredTensor? stored = file.Tensors.GetValueOrDefault(tensor.Name);
            return tensor.Problem(stored?.Shape, stored?.Type, stored?.Type.IsFloatingPoint() ?? false);
        }).OfType<string>());
        return part;
    }

    /// <summary>The codec's files; the result is what they take as float32, of the mixed codec nothing.</summary>
    private long Codec(ModelFolder folder)
    {
        try
        {
            folder.RequireCodec();
        }
        catch (ModelLoadException e)
        {
            problems.AddRange(e.Problems);
        }
        PartReport? dual = Part("dual-track codec", folder.DualCodecFile), vae = Part("autoencoder", folder.VaeFile);
        Part("mixed codec", folder.MixedCodecFile);
        if (folder.MixedCodecFile is null)
            lines.Add("mixed codec: not there; audio prompts can't be encoded");
        return (dual?.FloatBytes ?? 0) + (vae?.FloatBytes ?? 0);
    }

    private PartReport? Part(string what, string? path)
    {
        PartReport? part = path is null ? null : Guard(() => PartReport.Read(what, path));
        if (part is not null)
            lines.Add(part.ToString());
        return part;
    }

    private long Cache(ModelFolder folder, MemoryNeed need)
    {
        lines.Add($"computes with: {options.Backend}, {options.EffectivePrecision}, on {options.Device}");
        if (options.Backend != ModelBackend.Cpu)
            return 0;
        string kind = CpuEngine.Kind(options.EffectivePrecision.ToWeightBits());
        string? path = Guard(() => CacheFolder.Beside(folder.LeLmFile, AdapterSet.Read(options.Adapters, folder)).File(kind));
        if (path is null)
            return 0;
        bool exists = File.Exists(path);
        lines.Add($"quantised weights: {path}, {ByteText.Of(need.Weights)}, "
            + (exists ? "written before" : "to be written at the first start"));
        return exists ? 0 : need.Weights;
    }

    private long Memory(MemoryNeed need, long codec, int songs)
    {
        long first = need.Weights + need.LongestSong + need.KeptPrefix;
        long total = options.Residency == ModelResidency.OneAtATime ? Math.Max(first, codec) : first + codec;
        lines.Add($"memory: about {ByteText.Of(total)} of {ByteText.Of(memory)}: language model "
            + $"{ByteText.Of(need.Weights)}, caches of the longest song {ByteText.Of(need.LongestSong)} (up to {songs} "
            + $"songs at once), {(need.KeptPrefix > 0 ? $"the last song's conditions {ByteText.Of(need.KeptPrefix)}, " : "")}codec at most {ByteText.Of(codec)}"
            + (options.Residency == ModelResidency.OneAtATime ? "; one half at a time" : ""));
        return total;
    }

    private void Times(ModelFolder folder, PartReport leLm, MemoryNeed need, long cache)
    {
        if (options.Device != "cpu" || Guard(() => (object)Bandwidth.File(folder.LeLmFiles[^1])) is not double disk)
        {
            lines.Add("time: not estimated for this device");
            return;
        }
        int threads = options.Threads ?? PhysicalCores.Count;
        double speed = Bandwidth.Memory(threads), step = need.StepBytes / speed;
        long first = leLm.Bytes + cache, later = options.Backend == ModelBackend.Cpu ? need.Weights : leLm.Bytes;
        lines.Add(string.Create(CultureInfo.InvariantCulture, $"time, estimated: the first start {first / disk:0.0} s, later ones "
            + $"{later / disk:0.0} s (files at {disk / 1e9:0.0} GB/s); tokens of one minute of music at least "
            + $"{step * folder.Config.FrameRate * 60:0} s ({ByteText.Of(need.StepBytes)} of weights a step, {speed / 1e9:0} GB/s "
            + $"with {threads} threads)"));
    }

    private T? Guard<T>(Func<T> read)
        where T : class?
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            problems.Add(e.Message);
            return null;
        }
    }
}
