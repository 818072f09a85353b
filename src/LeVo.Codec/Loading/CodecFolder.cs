using LeVo.Codec.Model;
using LeVo.Codec.Planning;
using LeVo.Core.Model;
using static TorchSharp.torch;

namespace LeVo.Codec.Loading;

/// <summary>
/// The codec of a model folder: the dual-track tokenizer, the autoencoder and, where there is one, the mixed tokenizer. All
/// names and shapes are checked at once; values are loaded part by part when a request needs them.
/// </summary>
internal sealed class CodecFolder : IDisposable
{
    private readonly LevoCodec constants;
    private readonly CodecFile? mixed;
    private readonly string? mixedProblem;

    private CodecFolder(LevoCodec constants, CodecFile dualTrack, CodecFile? mixed, VaeFile vae, string? mixedProblem)
    {
        this.mixedProblem = mixedProblem;
        this.constants = constants;
        this.mixed = mixed;
        DualTrack = dualTrack;
        Vae = vae;
        Defaults = new()
        {
            WindowSeconds = constants.WindowSeconds,
            Flow = new(constants.Steps, constants.Guidance),
        };
    }

    /// <summary>The tokenizer of vocal and accompaniment.</summary>
    public CodecFile DualTrack { get; }

    /// <summary>The tokenizer of the full mix.</summary>
    /// <exception cref="NotSupportedException">The folder holds no mixed tokenizer.</exception>
    public CodecFile Mixed => mixed ?? throw new NotSupportedException(EncodingProblem);

    /// <summary>Why recordings can't become codes, or null.</summary>
    public string? EncodingProblem => mixed is null
        ? $"The model folder holds no mixed codec, which audio prompts need: {mixedProblem}."
        : mixed.EncodingProblem ?? DualTrack.EncodingProblem;

    public VaeFile Vae { get; }

    /// <summary>The folder's settings of synthesis.</summary>
    public SoundSettings Defaults { get; }

    /// <summary>Length of an encoder segment.</summary>
    public double SegmentSeconds => constants.SegmentSeconds;

    /// <summary>Codes that stand for silence: vocal and accompaniment.</summary>
    public (int Vocal, int Accompaniment) SilentCodes => (constants.SilentVocalCode, constants.SilentAccompanimentCode);

    /// <param name="folder">The model folder.</param>
    /// <param name="device">Where the parameters go.</param>
    /// <param name="productType">The type of the flow decoder's matrix products; null for float32.</param>
    /// <exception cref="ModelLoadException">Files or tensors are missing or misshapen; it lists all of them.</exception>
    public static CodecFolder Open(ModelFolder folder, Device device, ScalarType? productType = null)
    {
        folder.RequireCodec();
        LevoCodec constants = folder.Levo.Codec;
        List<string> problems = [];
        List<IDisposable> opened = [];
        try
        {
            CodecFile dual = Keep(new CodecFile(folder.DualCodecFile!,
                CodecLayout.DualTrack(constants.VocalTap, constants.AccompanimentTap), constants.DualHeads, device, problems,
                productType));
            CodecFile? mixed = folder.MixedCodecFile is string path
                ? Keep(new CodecFile(path, CodecLayout.Mixed(constants.MixedTap), constants.MixedHeads, device, problems))
                : null;
            VaeFile vae = Keep(new VaeFile(folder.VaeConfigFile!, folder.VaeFile!, device, problems));
            Check(dual, vae, constants, problems);
            return problems.Count == 0
                ? new(constants, dual, mixed, vae, folder.MixedCodecProblem)
                : throw new ModelLoadException($"the music codec of '{folder.Path}'", problems);
        }
        catch (Exception e)
        {
            opened.ForEach(part => part.Dispose());
            if (e is InvalidDataException or IOException or UnauthorizedAccessException)
                throw new ModelLoadException($"the music codec of '{folder.Path}'", [e.Message], e);
            throw;
        }

        T Keep<T>(T part)
            where T : IDisposable
        {
            opened.Add(part);
            return part;
        }
    }

    /// <summary>Frees the parts that requests have loaded; the next request loads them again.</summary>
    public void Unload()
    {
        DualTrack.Unload();
        mixed?.Unload();
        Vae.Unload();
    }

    public void Dispose()
    {
        DualTrack.Dispose();
        mixed?.Dispose();
        Vae.Dispose();
    }

    /// <summary>The parts in memory, loaded one by one as requests need them, freed together.</summary>
    internal sealed class Loaded(CodecFolder folder) : IDisposable
    {
        public void Dispose() => folder.Unload();
    }

    private static void Check(CodecFile dual, VaeFile vae, LevoCodec constants, List<string> problems)
    {
        CodecSizes sizes = dual.Sizes;
        if (!sizes.HasDecoder)
        {
            problems.Add($"{dual.Path}: the flow decoder is missing");
            return;
        }
        if (sizes.Estimator.LatentWidth != vae.Config.LatentWidth)
        {
            problems.Add($"{dual.Path}: latents are {sizes.Estimator.LatentWidth} wide, those of the autoencoder " +
                $"{vae.Config.LatentWidth}");
        }
        int window = WindowPlan.CountFrames(constants.WindowSeconds, vae.FrameRate);
        if (window < 4 || window > sizes.Estimator.Positions)
        {
            problems.Add($"levo.codec.window_seconds: windows of {window} frames; 4 to {sizes.Estimator.Positions}, " +
                "the rows of the position table, are possible");
        }
        if (constants.Steps < 1)
            problems.Add("levo.codec.steps is less than 1");
    }
}
