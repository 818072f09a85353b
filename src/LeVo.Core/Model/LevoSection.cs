using LeVo.Core.Text;

namespace LeVo.Core.Model;

/// <summary>
/// The optional section <c>levo:</c> of config.yaml: settings that follow neither from the rest of the file nor from
/// the tensors' shapes. Defaults are the released models' values.
/// </summary>
internal sealed record LevoSection
{
    public LevoText Text { get; init; } = new();

    public LevoPrompt Prompt { get; init; } = new();

    public LevoCodec Codec { get; init; } = new();

    public LevoSampling Sampling { get; init; } = new();
}

/// <summary>Text ids; <paramref name="Rules"/> is null when not set.</summary>
internal sealed record LevoText(TextRules? Rules = null, int PadId = 151_643, int StructureBase = 151_645);

/// <summary>
/// Ids of audio prompts: the one that fills an absent prompt, and the exclusive upper bound of real codes.
/// </summary>
internal sealed record LevoPrompt(int NullId = 16_385, int RealBelow = 16_384);

/// <summary>Constants of the music codec. Times are in seconds.</summary>
internal sealed record LevoCodec
{
    /// <summary>Index of the MusicFM hidden state that is quantised to mixed tokens.</summary>
    public int MixedTap { get; init; } = 6;

    /// <summary>Index of the MusicFM hidden state that is quantised to vocal tokens.</summary>
    public int VocalTap { get; init; } = 7;

    /// <summary>Index of the MusicFM hidden state that is quantised to accompaniment tokens.</summary>
    public int AccompanimentTap { get; init; } = 3;

    /// <summary>Attention heads of the mixed codec's estimator.</summary>
    public int MixedHeads { get; init; } = 30;

    /// <summary>Attention heads of the dual-track codec's estimator.</summary>
    public int DualHeads { get; init; } = 20;

    /// <summary>Length of an encoder segment.</summary>
    public double SegmentSeconds { get; init; } = 40;

    /// <summary>Length of a decoder window; the hop is three quarters of it.</summary>
    public double WindowSeconds { get; init; } = 40;

    /// <summary>Euler steps of the flow decoder.</summary>
    public int Steps { get; init; } = 10;

    /// <summary>Guidance coefficient of the flow decoder.</summary>
    public double Guidance { get; init; } = 1.5;

    /// <summary>The code of silent vocals.</summary>
    public int SilentVocalCode { get; init; } = 3142;

    /// <summary>The code of silent accompaniment.</summary>
    public int SilentAccompanimentCode { get; init; } = 9670;
}

/// <summary>
/// Sampling defaults: temperature, top-k, guidance coefficient, and the repetition penalty's window in steps.
/// </summary>
internal sealed record LevoSampling(double Temperature = 0.8, int TopK = 5000, double Cfg = 1.5, int Window = 50);
