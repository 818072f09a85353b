namespace LeVo.Core.Text;

/// <summary>How texts are tokenised and assembled: the two generations of released models.</summary>
public enum TextRules
{
    /// <summary>A full stop may merge with its neighbours; descriptions carry no musicality tags.</summary>
    V1,

    /// <summary>Every full stop is its own token; descriptions carry musicality tags.</summary>
    V2,
}
