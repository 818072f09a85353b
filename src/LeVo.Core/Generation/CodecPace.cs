namespace LeVo.Core.Generation;

/// <summary>When a codec decodes the windows of a song whose tokens are being generated.</summary>
internal enum CodecPace
{
    /// <summary>After the last token: both halves are not in memory at the same time.</summary>
    Afterwards,

    /// <summary>In turns with the language model: both need the same cores.</summary>
    Alternating,

    /// <summary>While the language model generates the next tokens.</summary>
    Overlapping,
}
