namespace LeVo.Alignment.Tests.Phonemes;

/// <summary>IPA of espeak-ng's American voice in ARPAbet; vowels that the dictionary does not distinguish are merged.</summary>
internal static class EspeakSymbols
{
    private static readonly Dictionary<string, string> Map = (
        "ɑː aa,ɑ aa,æ ae,ʌ ah,ə ah,ɐ ah,ɔː ao,ɔ ao,aʊ aw,aɪ ay,b b,tʃ ch,d d,ð dh,ɛ eh,ɜː er,ɚ er,eɪ ey,f f,ɡ g,h hh,ɪ ih,ᵻ ih,"
        + "iː iy,i iy,dʒ jh,k k,l l,m m,n n,ŋ ng,oʊ ow,ɔɪ oy,p p,ɹ r,s s,ʃ sh,t t,ɾ t,θ th,ʊ uh,uː uw,v v,w w,j y,z z,ʒ zh,"
        + "əl ah l,ɔːɹ ao r,ɑːɹ aa r,aɪə ay ah,aɪɚ ay er").Split(',')
        .Select(pair => pair.Split(' ', 2)).ToDictionary(pair => pair[0], pair => pair[1]);

    /// <summary>Converts symbols that are separated by underscores.</summary>
    public static string[] ToArpabet(string ipa) =>
    [
        .. ipa.Split('_', StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(symbol => Map[symbol.Replace("ˈ", "").Replace("ˌ", "")].Split(' ')),
    ];
}
