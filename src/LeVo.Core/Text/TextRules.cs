namespace LeVo.Core.Text;

/// <summary>
/// The rules for tokenising and assembling texts, which differ between the two generations of released models.
/// </summary>
public enum TextRules
{
    /// <summary>A full stop may merge with adjacent symbols; descriptions have no musicality tags.</summary>
    V1,

    /// <summary>Every full stop is a separate token; descriptions have musicality tags.</summary>
    V2,
}
