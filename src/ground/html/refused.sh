#!/bin/sh
# Templates that the compiler must refuse: in each a value could become more than a value, or a browser would see other elements
# than the author. One a line.
#   refused.sh TMPLC
tmplc=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
n=0
while IFS= read -r template; do
    n=$((n + 1))
    printf '%s' "{{template t(str v)}}$template{{end}}" >"$folder/t.html"
    if "$tmplc" "$folder/t.c" "$folder/t.h" "$folder/t.html" 2>"$folder/said"; then
        echo "not ok $n - taken: $template"
    elif grep -q '^[^:]*t.html:1: error: ' "$folder/said"; then
        echo "ok $n - refused: $template"
    else
        echo "not ok $n - broke: $template"
    fi
done <<'END'
<{{v}}>
<script>{{v}}</script>
<script>var x = 1;</script>
<script src="/a.js">{{v}}</script>
<p onclick="{{v}}">a</p>
<p ONCLICK="x">a</p>
<p style="{{v}}">a</p>
<p {{v}}>a</p>
<p {{v}}="x">a</p>
<p class={{v}}>a</p>
<p class='{{v}}'>a</p>
<!-- {{v}} -->
<!{{v}}>
<style>{{v}}</style>
<iframe srcdoc="{{v}}"></iframe>
<iframe src="{{v}}"></iframe>
<base href="{{v}}">
<a href="{{_ "x"}}">a</a>
<p>{{if 1}}<b>{{end}}</p>
<div>{{if 1}}</div>{{else}}</div><div>{{end}}
<ul>{{for (;;)}}<li>{{end}}</ul>
<p>a</div>
<p><div>a</div></p>
<p>{{if 1}}<ul><li>a</li></ul>{{end}}</p>
<table>{{v}}</table>
<table><div></div></table>
<table><tr><td>a</td></tr></table>
<a href="/{{v}}
<input {{if 1}}class="{{end}}">
<meta content="0;url={{v}}" http-equiv="refresh">
<a href="x"><a href="y">z</a></a>
<p title="{{v}}" onmouseover="x">a</p>
<svg><animate attributeName="href" values="{{v}}"/></svg>
<svg><image href="{{v}}"/></svg>
<svg><use href="{{v}}"/></svg>
<svg><a href="/x"><foreignObject>x</foreignObject></a></svg>
<svg><p>a</p></svg>
<svg><g><svg></svg></g></svg>
<svg><rect fill="{{v}}"/></svg>
<svg><rect style="fill:red"/></svg>
<svg><circle onload="x"/></svg>
<svg><a xlink:href="{{v}}">a</a></svg>
<svg><a href="{{_ "x"}}">a</a></svg>
<svg><desc><b>{{v}}</b></desc></svg>
<svg><title><tspan>{{v}}</tspan></title></svg>
<svg><script src="/a.js"></script></svg>
<svg><g>{{if 1}}<a href="/x">{{end}}</g></svg>
<p><rect x="1"/></p>
<text>{{v}}</text>
<a href="x" target="{{v}}">a</a>
<textarea><b>{{v}}</b></textarea>
<pv{{v}}>a</p>
</{{v}}>
<p>{{_ "Hello {x}"}}</p>
<form action="{{v}}"><form></form></form>
<p title="{{use other(v)}}">x</p>
<select>{{v}}</select>
a < b
<div/>
{{v
{{if 1}}x
x{{end}}{{v}}
{{content}}{{content}}
END
printf '%s' '{{template t(str v)}}<p title="{{v}}">{{v}}</p>{{end}}' >"$folder/t.html"
"$tmplc" "$folder/t.c" "$folder/t.h" "$folder/t.html" && echo "ok $((n + 1)) - a harmless one is taken" || echo "not ok $((n + 1)) - a harmless one is refused"
echo "1..$((n + 1))"
